"""The views that send a person to the provider, and sign them in when they return."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.utils import passthrough_next_redirect_url
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from newsroom.accounts.login import allow_attempt
from newsroom.accounts.models import User
from newsroom.accounts.signals import count_failed_sign_in
from newsroom.accounts.single_sign_on.answers import Answer, take_state, verify_answer
from newsroom.accounts.single_sign_on.errors import InvalidAnswerError, ProviderError, SignInRefusedError
from newsroom.accounts.single_sign_on.identities import (
    connect_account,
    find_account,
    notify_of_connection,
    require_active,
)
from newsroom.accounts.single_sign_on.provider import SIGN_IN, redirect_to_provider
from newsroom.http.client_ip import client_address
from newsroom.http.clock import request_time

# The limit for one network address, behind which a whole newsroom may sign in at the same time.
MAX_ATTEMPTS = 60
ATTEMPT_WINDOW_SECONDS = 5 * 60

logger = logging.getLogger(__name__)


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider."""
    # Another site must not sign somebody in without their knowledge.
    if request.headers.get("Sec-Fetch-Site") == "cross-site" or request.user.is_authenticated:
        return redirect(passthrough_next_redirect_url(request, reverse("account_login"), REDIRECT_FIELD_NAME))
    address = client_address(request)
    if not allow_attempt("single_sign_on", address, limit=MAX_ATTEMPTS, seconds=ATTEMPT_WINDOW_SECONDS):
        message = "There were too many attempts to sign in from your network. Wait five minutes and try again."
        return _render_refusal(request, message, status=429)
    try:
        return redirect_to_provider(request, process=SIGN_IN)
    except (ProviderError, InvalidAnswerError) as error:
        return _render_error(request, error)


@require_GET
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Sign in the person who comes back from the provider."""
    try:
        state = take_state(request)
        answer = verify_answer(request, state, at=request_time(request))
        user = _find_user(request, answer)
    except SignInRefusedError as refusal:
        count_failed_sign_in()
        logger.info("Single sign-on was refused: %s.", refusal.reason)
        return _render_refusal(request, str(refusal), status=refusal.status)
    except (ProviderError, InvalidAnswerError) as error:
        count_failed_sign_in()
        return _render_error(request, error)
    return _sign_in(request, user, answer, state)


def _find_user(request: HttpRequest, answer: Answer) -> User:
    issuer, at = settings.OIDC_ISSUER, request_time(request)
    user = find_account(issuer, answer.subject)
    if user is None:
        user = connect_account(issuer, answer.subject, answer.read_address(), at=at)
        notify_of_connection(request, user)
    require_active(user)
    return user


def _sign_in(request: HttpRequest, user: User, answer: Answer, state: dict[str, Any]) -> HttpResponse:
    # Otherwise Django would discard the session, with the record that follows.
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    record_authentication(
        request,
        user,
        "socialaccount",
        provider=settings.OIDC_ISSUER,
        # A provider may sign people in without asking them again. Only the time at which it last asked them counts.
        at=answer.authenticated_at or 0.0,
    )
    login = Login(user=user, redirect_url=state.get("next"))
    response: HttpResponse = perform_login(request, login)
    return response


def _render_error(request: HttpRequest, error: ProviderError | InvalidAnswerError) -> HttpResponse:
    logger.warning("Single sign-on failed: %s", error)
    name = settings.OIDC_NAME
    if isinstance(error, ProviderError):
        return _render_refusal(request, f"{name} is not answering. Try again in a few minutes.", status=503)
    message = f"The answer of {name} can’t be verified. Try again, or ask an administrator."
    return _render_refusal(request, message, status=403)


def _render_refusal(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    return render(request, "accounts/single_sign_on_refused.html", {"message": message}, status=status)
