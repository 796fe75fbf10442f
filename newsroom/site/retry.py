"""Middleware that repeats a read request once if it lost its database connection."""

from collections.abc import Callable
from time import monotonic

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase

from newsroom.db.outages import Outage

_LOST = "connection_was_lost"
# Seconds after which a request is not repeated: a second attempt may have to wait for a connection again.
RETRY_WITHIN_SECONDS = 0.7


def mark_retryable(response: HttpResponseBase, outage: Outage | None) -> None:
    """Note on an error response whether the request may succeed on another connection."""
    setattr(response, _LOST, outage is Outage.LOST)


class RetryMiddleware:
    """Repeat a GET or HEAD request once, from the beginning, if its database connection was lost.

    PostgreSQL closes all connections when it restarts. This middleware comes first, so that nothing of the first
    attempt remains.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = monotonic()
        response = self._get_response(request)
        is_worth_it = request.method in ("GET", "HEAD") and monotonic() - began < RETRY_WITHIN_SECONDS
        if is_worth_it and getattr(response, _LOST, False):
            response.close()
            close_old_connections()
            response = self._get_response(type(request)(request.environ))  # type: ignore[attr-defined,call-arg]  # a WSGIRequest
        return response
