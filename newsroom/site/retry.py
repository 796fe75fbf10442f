"""Answers once more what was only read, where the connection to the database ended meanwhile."""

from collections.abc import Callable
from time import monotonic

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase

from newsroom.db.outages import Outage

_LOST = "connection_was_lost"
# Seconds after which a reader is told to come back: a second try may have to wait for a connection once more.
SOON = 0.7


def mark(response: HttpResponseBase, outage: Outage | None) -> None:
    """Note on an answer that fails whether another connection may serve it."""
    setattr(response, _LOST, outage is Outage.LOST)


class RetryMiddleware:
    """Answers GET and HEAD a second time, from the beginning, where the first connection was lost.

    PostgreSQL ends all connections when it is restarted. It stands first, so that nothing of the first try is left.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = monotonic()
        response = self._get_response(request)
        is_worth_it = request.method in ("GET", "HEAD") and monotonic() - began < SOON
        if is_worth_it and getattr(response, _LOST, False):
            response.close()
            close_old_connections()
            response = self._get_response(type(request)(request.environ))  # type: ignore[attr-defined,call-arg]  # a WSGIRequest
        return response
