"""The request log: one line for each request that Django answers, with the id of the request."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import ResolverMatch
from django.utils.functional import LazyObject, empty

from newsroom.counters import Counter, Histogram
from newsroom.http.request_id import HEADER, get_request_id, set_request_id
from newsroom.operations import slow_log
from newsroom.operations.request_cost import RequestCost, current_cost

REQUESTS = Counter("newsroom_requests_total", "Requests that Django has answered.", ("route", "method", "status"))
DURATIONS = Histogram("newsroom_request_seconds", "Seconds until Django has made a response.", ("route",))
QUERIES = Counter("newsroom_queries_total", "SQL statements of requests.", ("route",))
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

logger = logging.getLogger(__name__)


class RequestLogMiddleware:
    """Give each request an id, return the id in the response, and log the request with its cost.

    This middleware must be listed first, so that it measures all other middleware, and logs a repeated request once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request_id = get_request_id(request)
        # Not reset here: Django logs error responses after all middleware has run. ``forget_request_id`` resets it.
        set_request_id(request_id)
        cost = RequestCost(request)
        token = current_cost.set(cost)
        try:
            response = self._get_response(request)
        finally:
            current_cost.reset(token)
        response.headers[HEADER] = request_id
        _count(cost, response)
        _log(cost, response)
        return response

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Remember the request that reached a view, with its route and user."""
        if cost := current_cost.get():
            cost.request = request


def forget_request_id(**_kwargs: object) -> None:
    """Forget the id of the request that has ended (a ``request_finished`` receiver)."""
    # When a request is repeated, closing the first response also sends the signal, although the request continues.
    if current_cost.get() is None:
        set_request_id("")


def format_route(match: ResolverMatch | None) -> str:
    """Return the route of a request as written in the URLconf, or an empty string if no route matched."""
    return f"/{match.route}" if match else ""


def _count(cost: RequestCost, response: HttpResponseBase) -> None:
    # The labels must have few values, but a client may send any method, and addresses that match no route.
    route = format_route(cost.request.resolver_match) or "none"
    method = cost.request.method if cost.request.method in _METHODS else "other"
    REQUESTS.count(route, method or "", str(response.status_code))
    DURATIONS.observe(cost.milliseconds / 1000, route)
    QUERIES.count(route, amount=cost.queries)


def _log(cost: RequestCost, response: HttpResponseBase) -> None:
    milliseconds = cost.milliseconds
    is_slow, is_logged = slow_log.is_slow(milliseconds), logger.isEnabledFor(logging.INFO)
    if not (is_slow or is_logged):
        return
    request = cost.request
    message = f"{request.method} {request.path} {response.status_code}"
    fields = {
        "method": request.method,
        "route": format_route(request.resolver_match),
        "status": response.status_code,
        "ms": round(milliseconds, 1),
        "cpu_ms": round(cost.cpu_milliseconds, 1),
        "queries": cost.queries,
        "user": _user_key(request),
    }
    if is_logged:
        logger.info("%s", message, extra={"fields": fields})
    if is_slow:
        slow_log.log_request(message, fields)


def _user_key(request: HttpRequest) -> int | None:
    """Return the primary key of the signed-in user, or None if nobody is signed in or the user was not loaded."""
    # A log line must not cost a query for the session and the user.
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)
