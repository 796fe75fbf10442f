"""Middleware for public pages: one class stores their responses, the other sets caching headers on redirects."""

from collections.abc import Callable, Iterator
from time import perf_counter
from typing import cast
from unicodedata import is_normalized

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware

from newsroom.counters import Histogram
from newsroom.http import clock
from newsroom.http.languages import DESK_PREFIXES
from newsroom.page_cache.cdn_headers import LIFETIME_HEADER, format_lifetime, format_tag_headers
from newsroom.page_cache.dependencies import PageDependencies, TrackedRequest, get_dependencies
from newsroom.page_cache.release import release
from newsroom.page_cache.responses import CompleteResponse, apply_conditions, finish_response, get_complete_response
from newsroom.page_cache.store import StoredResponse, gzip_body, store_page
from newsroom.public_pages import find_page

_PER_REQUEST_HEADERS = frozenset({"content-length", "content-encoding", "etag"})
_STORED_STATUSES = frozenset({200, 410})
BUILDS = Histogram("newsroom_build_seconds", "Seconds in which a public page was built.", ("page",))


class StorePageMiddleware:
    """Middleware that records the dependencies of each page and stores its response.

    It must be listed before all middleware that adds headers, so that a stored response has all of them. Only responses
    with the status 200 or 410 to requests without a query string are stored. These responses must be the same for all
    readers: they set no cookie, contain no nonce, and vary on nothing but ``Accept-Encoding``. The headers of the
    response tell CDNs its page keys and, if ``PURGE_URL`` is set, for how long they may cache it. Conditional headers
    of the request are evaluated last, so that the client's cache has no effect on the stored response.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast("TrackedRequest", request).dependencies = PageDependencies(at=clock.ensure_request_time(request))
        started = perf_counter()
        response = self._get_response(request)
        complete = get_complete_response(response)
        if complete is None or not isinstance(response, HttpResponse):
            return response
        if complete.status in _STORED_STATUSES:
            _count_build(request, perf_counter() - started)
        if complete.status in _STORED_STATUSES and not settings.DEBUG and _is_same_for_everyone(response):
            _store_page(request, response, complete)
        return apply_conditions(request, response)


def _count_build(request: HttpRequest, seconds: float) -> None:
    match = request.resolver_match
    page = find_page(match)
    if page and page.is_stored and match and not match.namespaces:
        BUILDS.observe(seconds, page.name)


def _store_page(request: HttpRequest, response: HttpResponse, complete: CompleteResponse) -> None:
    """If the page has dependencies, add its tags for CDNs.

    If one of its keys also has a version and its address is canonical, try to store the page, and add its lifetime if
    ``PURGE_URL`` is set.
    """
    dependencies = get_dependencies(request)
    if not dependencies.names:
        return
    for name, value in format_tag_headers(dependencies.names).items():
        response.headers[name] = value
    if dependencies.versions and _is_canonical(request):
        headers = [
            (name, value) for name, value in response.headers.items() if name.lower() not in _PER_REQUEST_HEADERS
        ]
        stored = StoredResponse(complete.status, complete.tag, headers, complete.gzipped or gzip_body(complete.content))
        store_page(request.path_info, stored, dependencies, release=release())
        if settings.PURGE_URL:
            response.headers[LIFETIME_HEADER] = format_lifetime(dependencies.valid_until, at=clock.now())


def _is_canonical(request: HttpRequest) -> bool:
    has_more = request.META.get("QUERY_STRING") or request.META.get("SCRIPT_NAME")
    return not has_more and is_normalized("NFC", request.path_info)


def _is_same_for_everyone(response: HttpResponseBase) -> bool:
    varies = {name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name.strip()}
    has_nonce = any("'nonce-" in response.headers.get(name, "") for name in _list_policy_headers())
    return not response.cookies and varies <= {"accept-encoding"} and not has_nonce


def _list_policy_headers() -> Iterator[str]:
    yield "Content-Security-Policy"
    yield "Content-Security-Policy-Report-Only"


class AppendSlashMiddleware(CommonMiddleware):
    """Django's ``CommonMiddleware``, with caching headers on its redirects outside the desk."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, or a redirect instead of a 404 if the address lacks only its final slash."""
        final = super().process_response(request, response)
        is_public_redirect = final is not response and not request.path_info.startswith(DESK_PREFIXES)
        if is_public_redirect and isinstance(final, HttpResponsePermanentRedirect):
            return finish_response(request, final)
        return final
