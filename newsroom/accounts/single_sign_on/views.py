"""The views that send a person to the provider, and sign them in when they return."""

import logging
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.internal.constants import LoginStageKey
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from newsroom.accounts.login import allow_attempt
from newsroom.accounts.models import User
from newsroom.accounts.refusals import mark_other_refusal
from newsroom.accounts.single_sign_on.answers import Answer, take_state, verify_answer
from newsroom.accounts.single_sign_on.errors import InvalidAnswerError, ProviderError, SignInRefusedError
from newsroom.accounts.single_sign_on.id_tokens import LEEWAY_SECONDS
from newsroom.accounts.single_sign_on.identities import (
    connect_account,
    find_account,
    notify_of_connection,
    require_active,
)
from newsroom.accounts.single_sign_on.provider import REAUTHENTICATE, SIGN_IN, redirect_to_provider
from newsroom.http.client_ip import client_address
from newsroom.http.clock import request_time

# The limit for one network address, behind which a whole newsroom may sign in at the same time.
MAX_ATTEMPTS = 60
ATTEMPT_WINDOW_SECONDS = 5 * 60

logger = logging.getLogger(__name__)


@require_GET
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """Send the person to the provider to sign in or, with ``reauthenticate`` in the query, to reauthenticate."""
    reauthenticates = "reauthenticate" in request.GET
    # Another site must not sign somebody in without their knowledge.
    is_of_other_site = request.headers.get("Sec-Fetch-Site") == "cross-site"
    if is_of_other_site or request.user.is_authenticated != reauthenticates:
        return redirect(passthrough_next_redirect_url(request, reverse("account_login"), REDIRECT_FIELD_NAME))
    address = client_address(request)
    if not allow_attempt("single_sign_on", address, limit=MAX_ATTEMPTS, seconds=ATTEMPT_WINDOW_SECONDS):
        message = "There were too many attempts to sign in from your network. Wait five minutes and try again."
        return _render_refusal(request, message, status=429)
    try:
        return redirect_to_provider(request, process=REAUTHENTICATE if reauthenticates else SIGN_IN)
    except (ProviderError, InvalidAnswerError) as error:
        return _render_error(request, error)


@require_GET
@never_cache
@login_required
def reauthenticate(request: HttpRequest) -> HttpResponse:
    """Ask the person to sign in at the provider again."""
    url = passthrough_next_redirect_url(request, f"{reverse('single_sign_on')}?reauthenticate=1", REDIRECT_FIELD_NAME)
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    alternatives = [
        {**method, "url": passthrough_next_redirect_url(request, method["url"], REDIRECT_FIELD_NAME)}
        for method in methods
        if method["id"] != "single_sign_on"
    ]
    context = {"sso_name": settings.OIDC_NAME, "sso_url": url, "reauthentication_alternatives": alternatives}
    return render(request, "account/reauthenticate_with_provider.html", context)


@require_GET
@never_cache
def callback(request: HttpRequest) -> HttpResponse:
    """Sign in, or reauthenticate, the person who comes back from the provider."""
    try:
        state = take_state(request)
        answer = verify_answer(request, state, at=request_time(request))
        if state["process"] == REAUTHENTICATE:
            return _reauthenticate(request, answer, state)
        user = _find_user(request, answer)
    except SignInRefusedError as refusal:
        _report_failure(request)
        logger.info("Single sign-on was refused: %s.", refusal.reason)
        return _render_refusal(request, str(refusal), status=refusal.status)
    except (ProviderError, InvalidAnswerError) as error:
        _report_failure(request)
        return _render_error(request, error)
    return _sign_in(request, user, answer, state)


def _find_user(request: HttpRequest, answer: Answer) -> User:
    issuer, at = settings.OIDC_ISSUER, request_time(request)
    user = find_account(issuer, answer.subject, at=at)
    if user is None:
        user = connect_account(issuer, answer.subject, answer.read_address(), at=at)
        notify_of_connection(request, user)
    require_active(user)
    return user


def _sign_in(request: HttpRequest, user: User, answer: Answer, state: dict[str, Any]) -> HttpResponse:
    # Sign out first: when another user signs in, Django discards the session, and the record below with it.
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    _record(request, user, answer)
    stages = {LoginStageKey.MFA_AUTHENTICATE.value: {"handled": True}} if _asked_for_second_factor(answer) else {}
    login = Login(user=user, redirect_url=state.get("next"), state={"stages": stages})
    response: HttpResponse = perform_login(request, login)
    return response


def _reauthenticate(request: HttpRequest, answer: Answer, state: dict[str, Any]) -> HttpResponse:
    """Record the reauthentication, and repeat the request that it interrupted.

    Raise SignInRefusedError if another person signed in, or if the provider did not ask the person again.
    """
    name = settings.OIDC_NAME
    user = find_account(settings.OIDC_ISSUER, answer.subject, at=request_time(request))
    if user is None or user != request.user:
        message = f"You are signed in at {name} as someone else. Sign in there as {request.user}."
        raise SignInRefusedError(message, reason="another person reauthenticated")
    if answer.authenticated_at is not None and answer.authenticated_at < state["began_at"] - LEEWAY_SECONDS:
        message = f"{name} did not ask you to sign in again. Try again, or ask an administrator."
        raise SignInRefusedError(message, reason="the provider did not ask again")
    _record(request, user, answer, reauthenticated=True)
    # allauth reads from the request where to continue.
    request.GET = QueryDict(urlencode({REDIRECT_FIELD_NAME: state.get("next", "")}))
    return resume_request(request) or redirect("account")


def _record(request: HttpRequest, user: User, answer: Answer, **values: object) -> None:
    """Record how and when the person proved who they are."""
    # A provider may sign people in without asking them again. If it says when it last asked them, that time counts.
    at = answer.authenticated_at or request_time(request).timestamp()
    asked = _asked_for_second_factor(answer) or None
    issuer = settings.OIDC_ISSUER
    record_authentication(request, user, "socialaccount", provider=issuer, at=at, second_factor=asked, **values)


def _asked_for_second_factor(answer: Answer) -> bool:
    return settings.OIDC_SECOND_FACTOR == "provider" and answer.has_second_factor


def _report_failure(request: HttpRequest) -> None:
    """Send the signal for a failed sign-in, with the name of the provider in place of the unknown username."""
    # With spaces, because no username has any: nothing may be recorded for an account with the name of the provider.
    name = f"single sign-on: {settings.OIDC_NAME}"
    user_login_failed.send(sender=__name__, credentials={"username": name}, request=request)


def _render_error(request: HttpRequest, error: ProviderError | InvalidAnswerError) -> HttpResponse:
    logger.warning("Single sign-on failed: %s", error)
    name = settings.OIDC_NAME
    if isinstance(error, ProviderError):
        return _render_refusal(request, f"{name} is not answering. Try again in a few minutes.", status=503)
    message = f"The answer from {name} can’t be verified. Try again, or ask an administrator."
    return _render_refusal(request, message, status=403)


def _render_refusal(request: HttpRequest, message: str, *, status: int) -> HttpResponse:
    mark_other_refusal(request)
    return render(request, "accounts/single_sign_on_refused.html", {"message": message}, status=status)
