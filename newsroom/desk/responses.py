"""Responses to the desk's scripts, and error pages that return the submitted text to the user.

Scripts get JSON with an error message, even if the user is signed out. A script could not use a redirect to the sign-in
page, and the redirect would take users away from the text that they are writing.
"""

import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from newsroom.errors import RefusedError
from newsroom.http.languages import DESK_PREFIXES

type View = Callable[[HttpRequest], HttpResponse]
SIGNED_OUT = "You are signed out. Sign in again in another window, then try again."


def require_user(request: HttpRequest) -> AbstractUser:
    """Return the user of the request. Raise PermissionDenied if no user is signed in."""
    if not isinstance(request.user, AbstractUser):
        raise PermissionDenied
    return request.user


def json_refusal(message: str, *, status: int = 400, **extra: object) -> JsonResponse:
    """Return a JSON error response with the message to show."""
    return JsonResponse({"error": message, **extra}, status=status)


def json_too_many(message: str, *, seconds: int) -> JsonResponse:
    """Return a JSON error response to too many requests, with ``Retry-After`` (RFC 6585, 4)."""
    response = json_refusal(message, status=429)
    response["Retry-After"] = str(seconds)
    return response


def json_refusal_for(request: HttpRequest, signed_out: str = SIGNED_OUT) -> JsonResponse | None:
    """Return a 403 response for a user who may not enter the desk, otherwise None.

    ``signed_out`` is the message for anonymous users.
    """
    if not request.user.is_authenticated:
        return json_refusal(signed_out, status=403, signed_out=True)
    if not (request.user.is_active and request.user.is_staff):
        return json_refusal("This account has no access to the desk. Ask an administrator.", status=403)
    return None


def json_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view so that it refuses users who may not enter the desk and forbids caching."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponseBase:
        if refusal := json_refusal_for(request):
            return refusal
        response = view(request)
        response["Cache-Control"] = "private, no-store"
        return response

    return wrapper


type AnyView = Callable[..., Any]


SIGNED_OUT_WHILE_TYPING = "You are signed out. Your text is safe. Sign in again in another window."
TOO_LONG = "This page is too large to check while you type. It can have at most 5 MB and 5,000 fields."


def json_errors(view: AnyView) -> AnyView:
    """Wrap a view so that it returns JSON errors.

    An error is returned to users who may not enter the desk, for unreadable or oversized input, and if the view raises
    PermissionDenied or Http404.
    """
    protected = csrf_protect(view)

    @csrf_exempt  # checked below, once the request is known to be readable
    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        if refusal := json_refusal_for(request, SIGNED_OUT_WHILE_TYPING):
            return refusal
        try:
            bool(request.POST)
        except (RequestDataTooBig, TooManyFieldsSent):
            return json_refusal(TOO_LONG, status=413)
        except MultiPartParserError:
            return json_refusal("This request can’t be read. Reload the page and try again.", status=400)
        try:
            response: HttpResponse = protected(request, *args, **kwargs)
        except PermissionDenied as error:
            return json_refusal(str(error) or "You don’t have permission to edit this.", status=403)
        except Http404:
            return json_refusal("This page no longer exists at the desk.", status=404)
        return response

    return wrapper


def allow_framing(view: AnyView) -> AnyView:
    """Allow pages of this site to show the view in a frame."""
    framed: AnyView = csp_override({**settings.SECURE_CSP, "frame-ancestors": [CSP.SELF]})(
        xframe_options_sameorigin(view)
    )
    return framed


def focus_first_error[F: forms.BaseForm](form: F) -> F:
    """Focus the first field with an error when the page opens, and return the form. This works without JavaScript."""
    if form.is_bound:
        field = next((name for name in form.fields if name in form.errors), None)
        if field:
            form.fields[field].widget.attrs["autofocus"] = True
    return form


def focus_first_error_in_forms(page_forms: Iterable[forms.BaseForm]) -> None:
    """Focus the first field with an error in ``page_forms``, the forms of a page in page order."""
    invalid_form = next((form for form in page_forms if form.is_bound and form.errors), None)
    if invalid_form:
        focus_first_error(invalid_form)


# Fields that control the form, and secrets that no page may show.
_NOT_TEXT = re.compile(r"^_|^csrf|password|passcode|token|^code$", re.IGNORECASE)
_ONE_WORD = re.compile(r"[\x21-\x7e]*")


def submitted_text(request: HttpRequest) -> str:
    """Return the submitted texts, separated by blank lines, or "" if there are none or they cannot be read.

    Single ASCII words are left out, because uids, choices and addresses are not text.
    """
    if request.method != "POST":
        return ""
    try:
        pairs = [(name, value.strip()) for name, values in request.POST.lists() for value in values]
    except (SuspiciousOperation, MultiPartParserError, OSError):
        return ""
    texts = [value for name, value in pairs if not _NOT_TEXT.search(name) and not _ONE_WORD.fullmatch(value)]
    return "\n\n".join(dict.fromkeys(texts))


def refusal_page(request: HttpRequest, title: str, message: str, *, status: int, sign_in: str = "") -> HttpResponse:
    """Return an error page with ``title``, ``message`` and the submitted text. The text is not stored anywhere.

    ``sign_in`` is the address of the sign-in page, for a user who is signed out.
    """
    context = {
        **admin.site.each_context(request),
        "title": title,
        "message": message,
        "status": status,
        "sign_in": sign_in,
        "text": submitted_text(request),
    }
    response = render(request, "admin/refusal.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response


class RefusalMiddleware:
    """Middleware that returns a 503 page at the desk for a RefusedError that the view does not handle."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the error page for a RefusedError at the desk, otherwise None."""
        if isinstance(exception, RefusedError) and request.path_info.startswith(DESK_PREFIXES):
            return refusal_page(request, "Nothing was changed", str(exception), status=503)
        return None


def safe_next_url(url: str) -> str:
    """Return ``url`` if it is an address of the desk, otherwise ""."""
    is_desk_url = url.startswith(reverse("admin:index")) and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
    return url if is_desk_url else ""
