"""How signing in differs from allauth's defaults."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from newsroom.accounts import telling
from newsroom.accounts.models import User


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    """Accounts are made by administrators: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse every sign-up."""
        return False

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, str]]:
        """Ask whoever has a second factor for that one, and nobody else for more than the password."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return [each for each in methods if each["id"].startswith("mfa")] or methods

    def set_password(self, user: User, password: str) -> None:
        """Set another password, and write that into the record."""
        super().set_password(user, password)
        telling.tell(user, "password set")
