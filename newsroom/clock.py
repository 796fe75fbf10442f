"""The one place that reads the time: once for each request, once for each verb, after its lock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

# "No end": PostgreSQL's infinity cannot be read by psycopg, and NULL compares with nothing.
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return timezone.now()


class ArrivedRequest(HttpRequest):
    """A request that knows when it arrived."""

    moment: datetime


class MomentMiddleware:
    """Gives each request its ``moment``: what is live is asked for that instant, however long the answer takes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        cast("ArrivedRequest", request).moment = now()
        return self._get_response(request)


def moment_of(request: HttpRequest) -> datetime:
    """Return the instant at which the request arrived."""
    return cast("ArrivedRequest", request).moment
