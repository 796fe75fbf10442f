"""Reauthentication before a user does something irreversible or grants permissions."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from newsroom.http.clock import request_time

# How long a reauthentication counts.
MAX_AGE = timedelta(minutes=5)


def require_reauthentication(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired unless the user authenticated within ``FRESH``.

    A user with a second factor must have used it. The handler asks the user to reauthenticate and then repeats the
    request, with what was posted. A request with a password is not repeated: raise ImmediateHttpResponse with a
    redirect instead.
    """
    if is_recently_authenticated(request):
        return
    if request.method == "POST":
        # allauth repeats a request only at an address without a query string. Losing the filters of a list is better
        # than losing a text.
        request.META["QUERY_STRING"] = ""
        # A repeated request is stored in the session, and passwords must not be.
        if any("password" in name for name in request.POST):
            messages.info(request, "Nothing was saved: a password is kept nowhere. Fill in the form once more.")
            methods = get_adapter().get_reauthentication_methods(request.user)
            raise ImmediateHttpResponse(redirect(f"{methods[0]['url']}?next={request.path}"))
    raise ReauthenticationRequired


def is_recently_authenticated(request: HttpRequest) -> bool:
    """Return whether the user authenticated within ``FRESH``, with the second factor if there is one."""
    records = get_authentication_records(request, request.user)
    if is_mfa_enabled(request.user):
        records = [record for record in records if record["method"] == "mfa"]
    newest = max((float(record["at"]) for record in records), default=0.0)
    return request_time(request).timestamp() - newest < MAX_AGE.total_seconds()
