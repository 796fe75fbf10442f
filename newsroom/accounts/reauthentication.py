"""Reauthentication before a user performs an irreversible action or grants permissions."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from newsroom.accounts.second_factor import is_of_provider
from newsroom.http.clock import request_time

# The time for which a reauthentication is valid.
MAX_AGE = timedelta(minutes=5)


def require_reauthentication(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired unless the user has authenticated within ``MAX_AGE``.

    A user with a second factor must have used one, here or at a trusted provider. In response to the exception, allauth
    asks the user to reauthenticate, and repeats the request with the posted data. For a request that contains a
    password, raise ImmediateHttpResponse with a redirect instead, because such a request is not repeated.
    """
    if is_recently_authenticated(request):
        return
    if request.method == "POST":
        # allauth repeats a request only if its URL has no query string. It is better to lose the filters of a list than
        # to lose a text.
        request.META["QUERY_STRING"] = ""
        # A request to repeat is stored in the session, which must not contain passwords.
        if any("password" in name for name in request.POST):
            messages.info(request, "Nothing was saved. Confirm that it’s you, then fill in the form again.")
            methods = get_adapter().get_reauthentication_methods(request.user)
            raise ImmediateHttpResponse(redirect(f"{methods[0]['url']}?next={request.path}"))
    raise ReauthenticationRequired


def is_recently_authenticated(request: HttpRequest) -> bool:
    """Return whether the user has authenticated within ``MAX_AGE``, with a second factor if the account has one."""
    records = get_authentication_records(request, request.user)
    if is_mfa_enabled(request.user):
        records = [record for record in records if record["method"] == "mfa" or is_of_provider(record)]
    newest = max((float(record["at"]) for record in records), default=0.0)
    return request_time(request).timestamp() - newest < MAX_AGE.total_seconds()
