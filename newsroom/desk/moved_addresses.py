"""Addresses of the desk that changed with this release: forms that were open meanwhile can still be sent.

They are for one release, and go with the next.
"""

from functools import partial

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import URLPattern, re_path

MOVED = {"bring": "import", "here": "presence", "looked": "reviewed", "unsaved": "local-copy"}


def moved_addresses() -> list[URLPattern]:
    """Return the old addresses; each answers 308 with the new one, so that a browser sends there what it sent here."""
    return [re_path(rf"^(?P<before>.+)/{old}/$", partial(_redirect, old=old, new=new)) for old, new in MOVED.items()]


def _redirect(request: HttpRequest, before: str, *, old: str, new: str) -> HttpResponsePermanentRedirect:
    target = f"{request.get_full_path().partition('?')[0].removesuffix(f'{old}/')}{new}/"
    if query := request.META["QUERY_STRING"]:
        target += f"?{query}"
    response = HttpResponsePermanentRedirect(target, preserve_request=True)
    response["Cache-Control"] = "no-store"
    return response
