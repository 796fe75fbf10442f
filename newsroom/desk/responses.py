"""Answers what the scripts of the desk ask: as data, and in a sentence to who may not ask.

A redirect to the sign-in page would be no answer to a script, so that nobody is led away from a text half written.
"""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override

from newsroom.errors import RefusedError
from newsroom.http.languages import DESK

type View = Callable[[HttpRequest], HttpResponse]
SIGNED_OUT = "You are signed out. Sign in again in another window, then try again."


def json_refusal(sentence: str, *, status: int = 400, **more: object) -> JsonResponse:
    """Return a refusal, with the sentence that is shown."""
    return JsonResponse({"error": sentence, **more}, status=status)


def json_refusal_for(request: HttpRequest, signed_out: str = SIGNED_OUT) -> JsonResponse | None:
    """Return the refusal to who is not of the desk, None for somebody who is; ``signed_out`` is said to strangers."""
    if not request.user.is_authenticated:
        return json_refusal(signed_out, status=403, signed_out=True)
    if not (request.user.is_active and request.user.is_staff):
        return json_refusal("This account has no place at the desk.", status=403)
    return None


def json_view(view: View) -> View:
    """Let only people of the desk ask."""

    @wraps(view)
    def asked(request: HttpRequest) -> HttpResponse:
        if refusal := json_refusal_for(request):
            return refusal
        response = view(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return asked


type AnyView = Callable[..., Any]


def allow_framing(view: AnyView) -> AnyView:
    """Let the pages of a view stand in a frame of a page of this site."""
    allowed: AnyView = csp_override({**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]})(
        xframe_options_sameorigin(view)
    )
    return allowed


def focus_first_error[F: forms.BaseForm](form: F) -> F:
    """Give the first field with an error the focus when the page opens, also without scripts; return the form."""
    if form.is_bound:
        wrong = next((name for name in form.fields if name in form.errors), None)
        if wrong:
            form.fields[wrong].widget.attrs["autofocus"] = True
    return form


def focus_first_error_of(together: Iterable[forms.BaseForm]) -> None:
    """Give the first field with an error the focus, where several forms stand on one page one after the other."""
    refused = next((form for form in together if form.is_bound and form.errors), None)
    if refused:
        focus_first_error(refused)


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


def safe_next_url(back: str) -> str:
    """Return the address to go on with where it is one of the desk, nothing for any other."""
    is_ours = back.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else ""
