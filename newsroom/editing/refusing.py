"""Refusals in the look of the desk: what somebody wrote and the desk does not take is given back, to be copied."""

import re
from collections.abc import Callable

from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render

from newsroom.errors import RefusedError
from newsroom.http.languages import DESK

# What is said about a form, and what nobody should see on a page.
_NOT_TEXT = re.compile(r"^_|^csrf|password|passcode|token|^code$", re.IGNORECASE)
_ONE_WORD = re.compile(r"[\x21-\x7e]*")


def text_in(request: HttpRequest) -> str:
    """Return the texts that were sent with a request, a line between each; none where they cannot be read.

    A single word is none: uids, choices and addresses are no text.
    """
    if request.method != "POST":
        return ""
    try:
        sent = [(name, value.strip()) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return ""
    texts = [value for name, value in sent if not _NOT_TEXT.search(name) and not _ONE_WORD.fullmatch(value)]
    return "\n\n".join(dict.fromkeys(texts))


def refusal(request: HttpRequest, title: str, said: str, *, status: int, sign_in: str = "") -> HttpResponse:
    """Answer with ``title`` and ``said``, with the text that was sent, and a way on; it is kept by nobody.

    ``sign_in`` is the address for somebody who is signed out.
    """
    context = {
        **admin.site.each_context(request),
        "title": title,
        "said": said,
        "status": status,
        "sign_in": sign_in,
        "text": text_in(request),
    }
    response = render(request, "admin/refusal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


class RefusalMiddleware:
    """Answers 503 at the desk where a verb refused and its screen has no place of its own for the reason."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the reason with the text that was sent; nothing elsewhere, or for any other exception."""
        if isinstance(exception, RefusedError) and request.path_info.startswith(DESK):
            return refusal(request, "Nothing was changed", str(exception), status=503)
        return None
