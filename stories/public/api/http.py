"""HTTP handling for the API: methods, CORS, rate limits, caching as for pages, and problem documents (RFC 9457)."""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import wraps

from django.conf import settings
from django.core.cache import cache
from django.core.handlers.exception import response_for_exception
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path
from django.views.decorators.csrf import csrf_exempt
from ninja.errors import ValidationError

from newsroom.db.outages import RETRY_AFTER, classify_error
from newsroom.http.client_ip import client_address, client_prefix
from newsroom.http.clock import request_time
from newsroom.http.problems import problem_document
from newsroom.page_cache.responses import MovedError, WithdrawnError, finish_response
from newsroom.site.retry import mark_retryable
from stories.public.api.addresses import api_url

READ_METHODS = ("GET", "HEAD")
ALLOW = ", ".join((*READ_METHODS, "OPTIONS"))
EXPOSED_HEADERS = "ETag, Link, Retry-After"
# The request headers that scripts of other sites may send after a preflight request (Fetch Standard, 2.2.2).
ALLOWED_HEADERS = "If-None-Match, If-Modified-Since, Cache-Control"
DAY = 24 * 60 * 60
NOT_FOUND = "Not found."
UNAVAILABLE = "The site can’t reach its database. Try again in a few seconds."
HTTPS_REQUIRED = "This API needs https."
FAILED = "Internal error. It has been logged."


def api_view(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Decorate ``view`` to answer GET and HEAD requests from any origin, with a problem document if it fails."""

    @csrf_exempt
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        response = _respond(view, request, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED_HEADERS
        return response

    return wrapper


def _respond(view: Callable[..., HttpResponse], request: HttpRequest, **kwargs: object) -> HttpResponseBase:
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return problem(request, 403, HTTPS_REQUIRED, headers={"Cache-Control": "no-store"})
    if request.method == "OPTIONS":
        return _build_preflight_response()
    if request.method not in READ_METHODS:
        return problem(request, 405, "This API is read-only.", headers={"Allow": ALLOW})
    try:
        if wait := seconds_to_wait(request, at=request_time(request)):
            headers = {"Retry-After": str(wait), "Cache-Control": "no-store"}
            detail = f"Try again in {wait} second{'' if wait == 1 else 's'}."
            return problem(request, 429, detail, headers=headers)
        return finish_response(request, _call_view(view, request, **kwargs))
    except Http404:
        return finish_response(request, problem(request, 404, NOT_FOUND))
    # response_for_exception logs the error and sends got_request_exception, as it does for any view
    except Exception as error:  # noqa: BLE001
        status = response_for_exception(request, error).status_code
        outage = classify_error(error)
        detail = UNAVAILABLE if outage else FAILED if status == 500 else "The request was rejected."
        retry_headers = {"Retry-After": str(RETRY_AFTER)} if outage else {}
        response = problem(request, status, detail, headers={"Cache-Control": "no-store", **retry_headers})
        mark_retryable(response, outage)
        return response


def _call_view(view: Callable[..., HttpResponse], request: HttpRequest, **kwargs: object) -> HttpResponse:
    method, request.method = request.method, "GET"
    try:
        return view(request, **kwargs)
    except MovedError as moved:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"{api_url(moved.url)}{'?' if query else ''}{query}")
    except WithdrawnError as error:
        return withdrawn_problem(request, error)
    except ValidationError as error:
        return validation_problem(request, error)
    finally:
        request.method = method


def _build_preflight_response() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Allow": ALLOW,
            "Access-Control-Allow-Methods": ALLOW,
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": str(DAY),
        },
    )


WINDOW = 60  # seconds


def seconds_to_wait(request: HttpRequest, *, at: datetime) -> int:
    """Return the number of seconds until the client may send another request, or count this request and return 0.

    Clients are distinguished by the prefix of their network address. The count is in the cache that all processes
    share. If this cache is in the database, simultaneous requests may be counted as one. If there is no limit, or if
    the cache accepts no writes, nothing is counted.
    """
    limit = settings.API_REQUESTS_PER_MINUTE
    if not limit:
        return 0
    window, passed = divmod(int(at.timestamp()), WINDOW)
    prefix = client_prefix(client_address(request))
    key = f"api:{hashlib.sha256(prefix.encode()).hexdigest()}:{window}"
    if cache.get(key, 0) >= limit:
        return WINDOW - passed
    if not cache.add(key, 1, 2 * WINDOW):  # the key outlives its window, so that incr still finds it
        # If Redis stops between the two calls, the database cache that replaces it does not have the key.
        with suppress(ValueError):
            cache.incr(key)
    return 0


def problem(
    request: HttpRequest, status: int, detail: str, *, headers: Mapping[str, str] | None = None, **more: object
) -> HttpResponse:
    """Return a response with a problem document about the requested path. ``more`` holds further members."""
    return problem_document(status, detail, headers=headers, instance=escape_uri_path(request.path), **more)


def validation_problem(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Return a 400 response with the location and name of each invalid parameter, and a description of each error."""
    errors = [
        {
            "in": str(each["loc"][0]),
            "name": each.get("ctx", {}).get("parameter", str(each["loc"][-1])),
            "detail": each["msg"],
        }
        for each in error.errors
    ]
    return problem(request, 400, "The request is not valid.", errors=errors)


def withdrawn_problem(request: HttpRequest, error: WithdrawnError) -> HttpResponse:
    """Return a 410 response with the text, time and language of the notice."""
    return problem(request, 410, error.notice, withdrawn_at=error.when.isoformat(), language=error.language)
