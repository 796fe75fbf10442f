"""Asks people again who they are before they do what cannot be undone, or what gives others rights."""

from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect

from newsroom.http.clock import request_time

# How long a proof counts.
FRESH = timedelta(minutes=5)


def confirm(request: HttpRequest) -> None:
    """Let pass who proved within ``FRESH`` who they are, by their second factor where they have one.

    Raises what leads everybody else to the page that asks, and then back to what they were about to do: what they sent
    is kept until then. Passwords are not; who sends one writes it again.
    """
    if is_fresh(request):
        return
    if request.method == "POST":
        # What is kept comes back only to an address without a query; the filters of a list are not worth losing a text.
        request.META["QUERY_STRING"] = ""
        if any("password" in name for name in request.POST):
            messages.info(request, "Nothing was saved: a password is kept nowhere. Fill in the form once more.")
            methods = get_adapter().get_reauthentication_methods(request.user)
            raise ImmediateHttpResponse(redirect(f"{methods[0]['url']}?next={request.path}"))
    raise ReauthenticationRequired


def is_fresh(request: HttpRequest) -> bool:
    """Say whether the person proved within ``FRESH`` who they are, by their second factor where they have one."""
    records = get_authentication_records(request, request.user)
    if is_mfa_enabled(request.user):
        records = [record for record in records if record["method"] == "mfa"]
    newest = max((float(record["at"]) for record in records), default=0.0)
    return request_time(request).timestamp() - newest < FRESH.total_seconds()
