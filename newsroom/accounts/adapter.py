"""How signing in differs from allauth's defaults."""

from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse

from newsroom.accounts import signals
from newsroom.accounts.models import User
from newsroom.accounts.sessions import browser_of
from newsroom.accounts.tasks import mail_account_notice
from newsroom.http import clock
from newsroom.http.client_ip import client_address
from newsroom.task_queue import enqueue


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are made by administrators: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: object) -> HttpResponse:
        """Let signing in count as a proof of who it is, for as long as any proof counts."""
        for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
            record["reauthenticated"] = True
        request.session.modified = True
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address of whoever sent the request."""
        return client_address(request)

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Lead back to the door who has the password of an account that may not sign in any more."""
        messages.error(request, self.error_messages["account_inactive"])
        return redirect("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Return the address at which another password is chosen: of the site, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.SITE_URL}{path.replace('UID-KEY', quote(key))}"

    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, object] | None = None, email: str = ""
    ) -> None:
        """Have the worker tell the person, or ``email``, what changed: that holds also while no mail server answers."""
        address = email or user.email
        if not address:
            return
        known = {
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            "at": clock.request_time(self.request),
            "network_address": client_address(self.request),
            "browser": browser_of(self.get_http_user_agent(self.request)),
            **(context or {}),
        }
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", known).split())
        text = render_to_string(f"{template_prefix}_message.txt", known)
        enqueue(mail_account_notice, address, subject, text)

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """Ask whoever has a second factor for that one, and nobody else for more than the password."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return [each for each in methods if each["id"].startswith("mfa")] or methods

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: str) -> str:
        """Return under which name wrong passwords are counted: the account's, by whatever name and host it is tried."""
        login = credentials.get("email") or credentials.get("username", "")
        found = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).order_by("pk").first()
        return f"account:{found.pk}" if found else f"login:{login.lower()}"

    def set_password(self, user: User, password: str) -> None:
        """Set another password, and write that into the record."""
        super().set_password(user, password)
        signals.tell(user, "password set")
