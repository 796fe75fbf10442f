"""The log of requests: one line for each request that Django answers, under the id of the request."""

import logging
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.utils.functional import LazyObject, empty

from newsroom.http.request_id import HEADER, get_request_id, set_request_id

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class RequestCost:
    """What a request has cost so far. ``request`` is the one that reached a view, which may be a second attempt."""

    request: HttpRequest
    queries: int = 0
    started: float = field(default_factory=time.perf_counter)
    cpu_started: float = field(default_factory=time.thread_time)

    def count_query(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]
    ) -> Any:
        """Count a statement and execute it (a wrapper for ``connection.execute_wrapper``)."""
        self.queries += 1
        return execute(sql, params, many, context)

    @property
    def milliseconds(self) -> float:
        """The time since the request arrived."""
        return (time.perf_counter() - self.started) * 1000

    @property
    def cpu_milliseconds(self) -> float:
        """The CPU time of this thread since the request arrived."""
        return (time.thread_time() - self.cpu_started) * 1000


_cost: ContextVar[RequestCost | None] = ContextVar("request_cost", default=None)


class RequestLogMiddleware:
    """Give each request an id, name it in the response, and log the request with what it cost.

    List this middleware first, so that it measures all others and logs a repeated request once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = get_request_id(request)
        # Not reset here: Django logs errors of a response after all middleware. ``forget_request_id`` does it.
        set_request_id(request_id)
        cost = RequestCost(request)
        token = _cost.set(cost)
        try:
            with connection.execute_wrapper(cost.count_query):
                response = self._get_response(request)
        finally:
            _cost.reset(token)
        response.headers[HEADER] = request_id
        if logger.isEnabledFor(logging.INFO):
            _log(cost, response)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Remember the request that reached a view, with its route and user."""
        if cost := _cost.get():
            cost.request = request


def forget_request_id(**_kwargs: object) -> None:
    """Forget the id of the request that has ended (a receiver of ``request_finished``)."""
    # Closing the response of a first attempt sends the signal too, while the request goes on.
    if _cost.get() is None:
        set_request_id("")


def format_route(match: ResolverMatch | None) -> str:
    """Return the route of a request with its parameters as in the URLconf, or an empty string if none matched."""
    return f"/{match.route}" if match else ""


def _log(cost: RequestCost, response: HttpResponseBase) -> None:
    request = cost.request
    fields = {
        "method": request.method,
        "route": format_route(request.resolver_match),
        "status": response.status_code,
        "ms": round(cost.milliseconds, 1),
        "cpu_ms": round(cost.cpu_milliseconds, 1),
        "queries": cost.queries,
        "user": _user_key(request),
    }
    logger.info("%s %s %s", request.method, request.path, response.status_code, extra={"fields": fields})


def _user_key(request: HttpRequest) -> int | None:
    """Return the primary key of the user who is signed in, or None, also if no code has asked for the user."""
    # A log line must not cost a query for the session and the user.
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)
