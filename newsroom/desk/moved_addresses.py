"""Redirects from desk addresses that this release changed, so that forms that are already open can still be submitted.

The next release removes these redirects.
"""

from functools import partial

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import URLPattern, re_path

NEW_NAMES = {"bring": "import", "here": "presence", "looked": "reviewed", "unsaved": "local-copy"}


def moved_addresses() -> list[URLPattern]:
    """Return URL patterns for the old addresses. They answer 308, so that browsers repeat a POST at the new address."""
    return [
        re_path(rf"^(?P<before>.+)/{old}/$", partial(_redirect, old=old, new=new)) for old, new in NEW_NAMES.items()
    ]


def _redirect(request: HttpRequest, before: str, *, old: str, new: str) -> HttpResponsePermanentRedirect:
    target = f"{request.get_full_path().partition('?')[0].removesuffix(f'{old}/')}{new}/"
    if query := request.META["QUERY_STRING"]:
        target += f"?{query}"
    response = HttpResponsePermanentRedirect(target, preserve_request=True)
    response["Cache-Control"] = "no-store"
    return response
