"""Keeps the desk behind a second factor where the settings ask for one."""

from collections.abc import Callable
from functools import partial

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject

# Where the second factor is set up.
ACCOUNTS = "/accounts/"
# What only people of the desk open.
DESK = "/admin/"


class SecondFactorMiddleware:
    """Leads somebody without a second factor to its setting-up page before they enter the desk.

    Everywhere else, but for the pages of accounts, they are nobody: no draft and no picture of one is shown to them.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and not request.path_info.startswith(ACCOUNTS):
            if request.path_info.startswith(DESK):
                if request.user.is_authenticated and not is_mfa_enabled(request.user):
                    return redirect("mfa_index")
            else:
                # Asked only where somebody wants to know: a public page must not depend on a cookie.
                request.user = SimpleLazyObject(partial(_known, request.user))  # type: ignore[assignment]  # stands for one
        return self._get_response(request)


def _known(user: AbstractBaseUser | AnonymousUser) -> AbstractBaseUser | AnonymousUser:
    """Return the account where it has a second factor, else nobody."""
    return user if user.is_authenticated and is_mfa_enabled(user) else AnonymousUser()
