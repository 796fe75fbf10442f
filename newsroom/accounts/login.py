"""Sign-in (also in a frame of the desk), sign-out, CSRF failures, and a rate limit per network address."""

from collections.abc import Callable
from functools import wraps

from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import login, logout, password_change, password_reset
from allauth.mfa.base import views as allauth_mfa
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.csrf import csrf_failure
from django.views.decorators.cache import never_cache

from newsroom.accounts.permissions import NotAllowedError, signed_in_user
from newsroom.accounts.refusals import mark_other_refusal
from newsroom.accounts.second_factor import has_second_factor
from newsroom.desk.responses import allow_framing, json_refusal, refusal_page
from newsroom.digests import make_digest
from newsroom.http.client_ip import client_prefix
from newsroom.http.languages import DESK_PREFIXES
from newsroom.http.rate_limits import acquire_slot

# The codes of the errors for a limit.
TOO_MANY_ATTEMPTS = {"too_many_login_attempts", "too_many_codes", "too_many_resets"}


@allow_framing
def second_factor(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor. Answer 429 after too many wrong codes."""
    return answer_429_if_limited(allauth_mfa.authenticate(request))


def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Ask a signed-in user for the second factor again. Answer 429 after too many wrong codes."""
    return answer_429_if_limited(allauth_mfa.reauthenticate(request))


def change_password(request: HttpRequest) -> HttpResponse:
    """Change the password of a signed-in user. Answer 429 after too many wrong passwords."""
    return answer_429_if_limited(password_change(request))


def request_password_reset(request: HttpRequest) -> HttpResponse:
    """Send a link that resets a password. Answer 429 after too many requests."""
    return answer_429_if_limited(password_reset(request))


def answer_429_if_limited(response: HttpResponse) -> HttpResponse:
    """Return the response, with the status 429 if its form says that there were too many attempts."""
    form = (response.context_data or {}).get("form") if isinstance(response, TemplateResponse) else None
    if form and any(form.has_error(field, code) for field in form.errors for code in TOO_MANY_ATTEMPTS):
        response.status_code = 429
    return response


@allow_framing
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign a user in. Answer 429 after too many wrong passwords for an account or from a network address."""
    response = answer_429_if_limited(login(request))
    if isinstance(response, TemplateResponse):
        response.context_data = {**(response.context_data or {}), **describe_single_sign_on(request)}
    return response


def describe_single_sign_on(request: HttpRequest) -> dict[str, str | bool]:
    """Return the template context for single sign-on: the provider's name and URL, and whether it is required.

    The URL leads to the page of this site that redirects to the provider. Name and URL are empty if no provider is
    configured.
    """
    if not settings.OIDC_ISSUER:
        return {"sso_name": "", "sso_url": "", "is_sso_required": settings.OIDC_ONLY}
    url = passthrough_next_redirect_url(request, reverse("single_sign_on"), REDIRECT_FIELD_NAME)
    return {"sso_name": settings.OIDC_NAME, "sso_url": url, "is_sso_required": settings.OIDC_ONLY}


@allow_framing
@never_cache
@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """Show who is signed in. In a frame of a desk form, a script copies the new CSRF token to the form."""
    user = signed_in_user(request)
    may_enter = user.is_staff and (not settings.REQUIRE_SECOND_FACTOR or has_second_factor(request, user))
    return render(request, "account/signed_in.html", {"may_enter": may_enter})


def require_password_use(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Wrap a view so that it raises NotAllowedError for a user who has to sign in with the provider."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.user.is_authenticated and not signed_in_user(request).can_use_password:
            raise NotAllowedError(f"You don’t need a password here: you sign in with {settings.OIDC_NAME}.")
        return view(request, *args, **kwargs)

    return wrapper


def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign the user out on POST. On GET, ask for confirmation."""
    response: HttpResponse = logout(request)
    # The browser then deletes the data that desk forms stored in it.
    if request.method == "POST":
        response["Clear-Site-Data"] = '"storage"'
    return response


def csrf_failure_view(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the response to a CSRF failure: JSON for a script that requests it, otherwise a page."""
    mark_other_refusal(request)
    message = "You signed in again after opening this page, so nothing was saved."
    is_script = "application/json" in request.headers.get("Accept", "")
    if is_script or request.path_info in {settings.MARKDOWNX_URLS_PATH, settings.MARKDOWNX_UPLOAD_URLS_PATH}:
        return json_refusal(f"{message} Copy your text, then reload the page.", status=403, signed_out=True)
    # Show the submitted text only if our own page submitted it. Text from another site must not be shown as the user's
    # own text on our site.
    is_same_origin = request.headers.get("Sec-Fetch-Site") == "same-origin"
    if is_same_origin and request.path_info.startswith(DESK_PREFIXES) and admin.site.has_permission(request):
        message = f"{message} Go back, reload the page and send the form again."
        return refusal_page(request, "This form has expired", message, status=403)
    response: HttpResponse = csrf_failure(request, reason=reason)
    return response


MAX_ATTEMPTS = 20
ATTEMPT_WINDOW_SECONDS = 60 * 60


def allow_attempt(action: str, address: str, *, limit: int = 0, seconds: int = ATTEMPT_WINDOW_SECONDS) -> bool:
    """Count an attempt at ``action`` from the network address ``address``, and return whether it is allowed.

    At most ``limit`` attempts, by default ``MAX_ATTEMPTS``, are allowed in ``seconds``.
    """
    # Only a keyed digest of the address is stored.
    client = make_digest("newsroom.accounts.throttling", client_prefix(address))
    return acquire_slot(f"{action}:{client}", limit or MAX_ATTEMPTS, seconds=seconds) is not None
