"""The allauth account adapter: no sign-up, limits on wrong passwords, and notifications that the worker mails."""

import logging
from smtplib import SMTPException, SMTPRecipientsRefused
from time import monotonic
from typing import ClassVar, cast
from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import clear_authentication_records
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from newsroom.accounts import lockout, signals
from newsroom.accounts.models import User
from newsroom.accounts.reauthentication import is_recently_authenticated
from newsroom.accounts.tasks import mail_account_notice
from newsroom.accounts.waiting_mail import enqueue_secret_mail
from newsroom.audit import access
from newsroom.audit.models import AccessVerb
from newsroom.http import clock
from newsroom.http.browsers import describe_browser
from newsroom.http.client_ip import client_address
from newsroom.operations import site_state
from newsroom.task_queue import enqueue

# Seconds. After the mail server has failed, only one request of a process in this time waits for it.
SEND_AGAIN_AFTER = 60.0
logger = logging.getLogger(__name__)

_WRONG = "The user name or the password is wrong."
# What the methods of reauthentication are called, by their ids.
_METHODS = {
    "reauthenticate": "Use your password",
    "mfa_reauthenticate": "Use a code",
    "mfa_reauthenticate:webauthn": "Use a passkey",
}


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no type annotations
    """The account adapter for a site without sign-up."""

    _send_again_at: ClassVar = 0.0  # after a failure of the mail server, the time at which it is tried again

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is inactive. Ask an administrator.",
        "email_password_mismatch": _WRONG,
        "username_password_mismatch": _WRONG,
        "incorrect_password": "The password is wrong.",
        "too_many_login_attempts": (
            "Too many wrong passwords. Try again later, sign in with a passkey, or set a new password."
        ),
        "too_many_codes": "Too many wrong codes. Try again later, or use a passkey.",
        "too_many_resets": "There were too many requests. Try again later, or ask an administrator.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse | None:
        """Redirect to the sign-in page if the account is inactive, or the user did not use the required provider."""
        if response := super().pre_login(request, user, **kwargs):
            return cast("HttpResponse", response)
        records = get_authentication_records(request, user)
        if user.can_use_password or (records and records[-1]["method"] == "socialaccount"):
            return None
        messages.error(request, f"Sign in with {settings.OIDC_NAME}.")
        return redirect("account_login")

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign the user in, unless the account was disconnected from the provider after the provider was asked.

        In that case, redirect to the sign-in page: the user may have been at the page for the second factor meanwhile.
        """
        records = get_authentication_records(request, user)
        if any(record["method"] == "socialaccount" for record in records) and not has_identity(user):
            clear_authentication_records(request)
            messages.error(request, f"Your account is no longer connected with {settings.OIDC_NAME}. Sign in again.")
            raise ImmediateHttpResponse(redirect("account_login"))
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        # A sign-in also counts as a reauthentication, for as long as any reauthentication counts.
        for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record["reauthenticated"] = True
        request.session.modified = True
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Redirect to the sign-in page with the error that the account is inactive."""
        messages.error(request, self.error_messages["account_inactive"])
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        # Take the host from the settings: the Host header of a request could name another site.
        return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, object]) -> None:
        """Send the e-mail with a link to reset a password, or the e-mail that explains why there is no link.

        While the site is quiet or the mail server fails, the e-mail waits in the queue.
        """
        if not site_state.is_quiet() and self._send_now(template_prefix, email, context):
            return
        values = {"request": self.request, "email": email, "current_site": get_current_site(self.request), **context}
        message = self.render_mail(template_prefix, email, values)
        subject = message.subject.removeprefix(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX)
        enqueue_secret_mail(to=email, subject=subject, text=message.body)

    def _send_now(self, template_prefix: str, email: str, context: dict[str, object]) -> bool:
        """Send an e-mail, and return whether the worker need not send it. Log failures."""
        send_again_at, now = ClosedAccountAdapter._send_again_at, monotonic()
        if now < send_again_at:
            return False
        if send_again_at:
            ClosedAccountAdapter._send_again_at = now + SEND_AGAIN_AFTER  # for other requests during this attempt
        try:
            super().send_mail(template_prefix, email, context)
        except SMTPRecipientsRefused:
            # Anybody can type an address that does not exist.
            logger.info("The mail server refused the address for which a new password was requested.")
        except (SMTPException, OSError) as error:
            ClosedAccountAdapter._send_again_at = monotonic() + SEND_AGAIN_AFTER
            logger.warning("The mail server failed, and the worker sends the e-mail later: %s", type(error).__name__)
            return False
        ClosedAccountAdapter._send_again_at = 0.0
        return True

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, object] | None = None, email: str = ""
    ) -> None:
        """Enqueue an e-mail about a change to the account, or about sign-ins.

        It goes to ``email`` or, by default, to the address of ``user``, if there is one.
        """
        address = email or user.email
        if not address:
            return
        context = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "at": clock.request_time(self.request),
            "network_address": client_address(self.request),
            "browser": describe_browser(self.get_http_user_agent(self.request)),
            **(context or {}),
        }
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", context).split())
        text = render_to_string(f"{template_prefix}_message.txt", context)
        # The worker retries, so a mail server that is down only delays the e-mail.
        enqueue(mail_account_notice, address, subject, text)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """Return the second factors of the user, or all methods if the user has no second factor.

        The single sign-on provider comes first if the user has an identity there, unless the site itself asks for
        second factors and the user has one.
        """
        methods = [
            method | {"description": _METHODS[method["id"]]} for method in super().get_reauthentication_methods(user)
        ]
        factors = [method for method in methods if method["id"].startswith("mfa")]
        provider = [] if factors and settings.OIDC_SECOND_FACTOR == "ours" else _list_provider_methods(user)
        return provider + (factors or methods)

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Return whether ``app`` requires a reauthentication.

        Raise ReauthenticationRequired if it does, but the user can reauthenticate only with the provider and has not
        authenticated recently.
        """
        is_required: bool = super().is_reauthentication_required(app=app, **kwargs)
        user = self.request.user
        # allauth requires no reauthentication of accounts that have neither a password nor a second factor.
        has_only_provider = (
            user.is_authenticated and not get_reauthentication_flows(user) and _list_provider_methods(user)
        )
        if is_required and has_only_provider and not is_recently_authenticated(self.request):
            raise ReauthenticationRequired
        return is_required

    def pre_authenticate(self, request: HttpRequest, **credentials: str) -> None:
        """Count the attempt, in place of allauth's own limit.

        Raise ValidationError if a limit on wrong passwords is reached.
        """
        login = credentials.get("email") or credentials.get("username", "")
        try:
            self._attempt = lockout.begin_attempt(login, client_address(request), at=clock.request_time(request))
        except lockout.LockedOutError as error:
            if error.is_first:
                name = "" if error.account else login
                access.record(AccessVerb.LOCKED_OUT, request, account=error.account, unknown_name=name)
            raise self.validation_error("too_many_login_attempts") from error

    def _rollback_login_failed_rl_usage(self) -> None:
        # allauth calls this when the password was right.
        self._attempt.withdraw()

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: str) -> None:
        """Do nothing: ``signals.on_password_reset`` clears the limits."""

    def set_password(self, user: User, password: str) -> None:
        """Set the password, and write an audit entry and an access event."""
        super().set_password(user, password)
        signals.write_entry(user, "password set")
        access.record(AccessVerb.PASSWORD_CHANGED, self.request, account=user)


def _list_provider_methods(user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
    """Return the single sign-on provider as the only method, or an empty list if the user has no identity there."""
    if not user.is_authenticated or not has_identity(user):
        return []
    description = f"Sign in with {settings.OIDC_NAME} again"
    return [{"id": "single_sign_on", "description": description, "url": reverse("single_sign_on_reauthenticate")}]


def has_identity(user: AbstractBaseUser) -> bool:
    """Return whether there is a single sign-on provider, and the account has an identity there."""
    if not settings.OIDC_ISSUER or not user.pk:
        return False
    return bool(SocialAccount.objects.filter(provider=settings.OIDC_ISSUER, user=user).exists())
