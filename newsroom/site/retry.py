"""Middleware that repeats a read request once if it lost its database connection."""

from collections.abc import Callable
from time import monotonic

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase

from newsroom.db.outages import Outage

_LOST = "connection_was_lost"
# A request that took longer than this many seconds is not repeated, because a second attempt may also have to wait.
RETRY_WITHIN_SECONDS = 0.7


def mark_retryable(response: HttpResponseBase, outage: Outage | None) -> None:
    """Mark an error response if the request may succeed on a new connection."""
    setattr(response, _LOST, outage is Outage.LOST)


class RetryMiddleware:
    """Repeat a GET or HEAD request once, from the beginning, if its database connection was lost.

    PostgreSQL closes all connections when it restarts. This middleware must come before any that attaches
    anything to the request, so that nothing of the first attempt remains.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        started = monotonic()
        response = self._get_response(request)
        may_retry = request.method in ("GET", "HEAD") and monotonic() - started < RETRY_WITHIN_SECONDS
        if may_retry and getattr(response, _LOST, False):
            response.close()
            close_old_connections()
            response = self._get_response(type(request)(request.environ))  # type: ignore[attr-defined,call-arg]  # a WSGIRequest
        return response
