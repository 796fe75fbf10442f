"""Middleware that requires a second factor for the desk, if the settings require one."""

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

# The prefix of the pages on which users set up a second factor.
ACCOUNTS_PREFIX = "/accounts/"
# The prefix of the pages for desk users only.
DESK_PREFIX = "/admin/"


def has_second_factor(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> bool:
    """Return whether the account of ``user`` has a second factor, or the provider was trusted to ask for one."""
    return is_mfa_enabled(user) or any(map(is_of_provider, get_authentication_records(request, user)))


def is_of_provider(record: dict[str, Any]) -> bool:
    """Return whether the provider was trusted to ask for a second factor in the recorded authentication."""
    return settings.OIDC_SECOND_FACTOR == "provider" and bool(record.get("second_factor"))


class SecondFactorMiddleware:
    """Middleware that redirects users without a second factor from the desk to the page on which they can set one up.

    On all other pages except account pages, such users are anonymous, so they see no drafts and no images of drafts.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and not request.path_info.startswith(ACCOUNTS_PREFIX):
            if request.path_info.startswith(DESK_PREFIX):
                if request.user.is_authenticated and not has_second_factor(request, request.user):
                    return redirect("mfa_index")
            else:
                # Lazy, because a public page must not depend on a cookie.
                request.user = SimpleLazyObject(partial(_get_trusted_user, request, request.user))  # type: ignore[assignment]  # lazy user
        return self._get_response(request)


def _get_trusted_user(request: HttpRequest, user: AbstractBaseUser | AnonymousUser) -> AbstractBaseUser | AnonymousUser:
    """Return the user if ``has_second_factor`` is true for them, otherwise an anonymous user."""
    return user if user.is_authenticated and has_second_factor(request, user) else AnonymousUser()
