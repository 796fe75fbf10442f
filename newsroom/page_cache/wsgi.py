"""The WSGI callable in front of Django. It answers with the stored page at an address if that page is valid."""

import gzip
import json
import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import psycopg
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from newsroom import counters
from newsroom.counters import Counter
from newsroom.db.outages import classify_error
from newsroom.http import clock
from newsroom.page_cache.cdn_headers import LIFETIME_HEADER, format_lifetime
from newsroom.page_cache.encoding import CONTENT_HEADERS, accepts_gzip, format_etag, is_worth_compressing, matches_etag
from newsroom.page_cache.fetch import Fetch, FetchedPage
from newsroom.page_cache.single_flight import single_flight
from newsroom.public_pages import find_page

# No page under these prefixes is ever stored, so no lookup is needed.
_UNSTORED_PREFIXES = ("/admin/", "/accounts/", "/static/", "/media/", "/api/", "/preview/", "/share/")
STORED_PAGES = Counter(
    "newsroom_stored_pages_total",
    "Requests: answered with a stored page (hit), with a page built because none was stored (miss) or the stored one was"
    " no longer valid (stale), or for what is not stored (bypass).",
    ("result",),
)
_HIT, _MISS, _STALE, _BYPASS = (STORED_PAGES.key(result) for result in ("hit", "miss", "stale", "bypass"))
logger = logging.getLogger(__name__)

type Headers = tuple[tuple[str, str], ...]


class StoredPages:
    """A WSGI callable that answers GET and HEAD with valid stored pages and passes other requests to Django.

    ``hosts`` are the permitted hosts, as in Django's setting ``ALLOWED_HOSTS``. ``is_secure`` restricts stored pages to
    requests over HTTPS. ``proxy_header`` (name in the environ, value) is the header with which a proxy reports HTTPS.
    ``is_purged`` means that CDNs are purged after changes, and therefore may cache pages. ``lock_folder`` is the folder
    for the locks of ``single_flight``. ``has_page`` returns whether any page is stored at an address, valid or not. It
    is needed only to distinguish misses from stale pages in the counters.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        fetch: Fetch,
        hosts: Collection[str],
        is_secure: bool,
        proxy_header: tuple[str, str] | None,
        lock_folder: Path,
        is_purged: bool = False,
        has_page: Callable[[str], bool] = lambda _: False,
    ) -> None:
        self._application = application
        self._fetch = fetch
        self._hosts = list(hosts)
        self._is_secure = is_secure
        self._proxy_header = proxy_header
        self._lock_folder = lock_folder
        self._is_purged = is_purged
        self._has_page = has_page
        self._is_allowed = lru_cache(64)(self._allows)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        address = self._address(environ)
        if address is None:
            counters.add(_BYPASS)
            return self._application(environ, start_response)
        if stored := self._fetch_stored(address):
            counters.add(_HIT)
            return _answer(stored, environ, start_response, self._cdn_headers(stored))
        if not _may_be_stored(address):
            counters.add(_BYPASS)
            return self._application(environ, start_response)
        with single_flight(address, folder=self._lock_folder) as has_waited:
            if has_waited and (stored := self._fetch_stored(address)):
                counters.add(_HIT)
                return _answer(stored, environ, start_response, self._cdn_headers(stored))
            counters.add(_STALE if self._is_stale(address) else _MISS)
            return self._application(environ, start_response)

    def _address(self, environ: WSGIEnvironment) -> str | None:
        """Return the requested address, or None if the response cannot be a stored page."""
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or environ.get("QUERY_STRING")
            or environ.get("SCRIPT_NAME")
            or environ.get("HTTP_IF_MATCH")
        ):
            return None
        path = str(environ.get("PATH_INFO", ""))
        # PostgreSQL's driver treats a NUL as the end of a string.
        if (
            path.startswith(_UNSTORED_PREFIXES)
            or "\0" in path
            or not self._is_allowed(str(environ.get("HTTP_HOST", "")))
        ):
            return None
        if self._is_secure and not self._is_over_https(environ):
            return None
        try:
            return path.encode("latin-1").decode()
        except UnicodeDecodeError:
            return None

    def _is_over_https(self, environ: WSGIEnvironment) -> bool:
        if self._proxy_header:
            name, value = self._proxy_header
            return str(environ.get(name, "")).split(",")[0].strip() == value
        return environ.get("wsgi.url_scheme") == "https"

    def _allows(self, host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, self._hosts)

    def _cdn_headers(self, stored: FetchedPage) -> Headers:
        """Return the header that tells CDNs how long they may cache the response, or none if CDNs are not purged."""
        # Computed for each response, because the remaining time shrinks while the page is stored.
        return ((LIFETIME_HEADER, format_lifetime(stored.valid_until, at=clock.now())),) if self._is_purged else ()

    def _is_stale(self, address: str) -> bool:
        """Return whether the address, which has no valid stored page, has a stale one.

        Return False if the database fails.
        """
        try:
            return self._has_page(address)
        except (sqlite3.Error, psycopg.Error):
            return False

    def _fetch_stored(self, address: str) -> FetchedPage | None:
        """Return the page that is valid at the address now, or None.

        If the database fails, also return None, so that Django answers the request.
        """
        try:
            return self._fetch(address, clock.now())
        except (sqlite3.Error, psycopg.Error) as error:
            # During an outage, the lookup of every request fails, and a traceback for each would fill the disk.
            logger.warning("A stored page could not be fetched: %s", error, exc_info=classify_error(error) is None)
            return None


def _may_be_stored(address: str) -> bool:
    """Return whether the address belongs to a public page of a kind that is stored."""
    try:
        page = find_page(resolve(address))
    except Resolver404:
        return False
    return page is not None and page.is_stored


def _answer(
    stored: FetchedPage, environ: WSGIEnvironment, start_response: StartResponse, extra_headers: Headers
) -> Iterable[bytes]:
    is_compressed = accepts_gzip(str(environ.get("HTTP_ACCEPT_ENCODING", ""))) and is_worth_compressing(stored.content)
    tag = format_etag(stored.tag, is_compressed=is_compressed)
    headers = (*_parse_headers(stored.headers), *extra_headers)
    if_none_match = environ.get("HTTP_IF_NONE_MATCH")
    if if_none_match and stored.status == HTTPStatus.OK and matches_etag(str(if_none_match), tag):
        not_modified_headers = [pair for pair in headers if pair[0].lower() not in CONTENT_HEADERS]
        start_response("304 Not Modified", [*not_modified_headers, ("ETag", tag)])
        return []
    content = stored.content if is_compressed else _decompress(stored.content)
    encoding = [("Content-Encoding", "gzip")] if is_compressed else []
    start_response(
        _status_line(stored.status), [*headers, *encoding, ("Content-Length", str(len(content))), ("ETag", tag)]
    )
    return [content] if environ["REQUEST_METHOD"] == "GET" else []


# Clients without gzip are mostly programs that request the same few pages repeatedly.
_decompress = lru_cache(64)(gzip.decompress)


@lru_cache(256)
def _parse_headers(stored: str) -> Headers:
    return tuple((name, value) for name, value in json.loads(stored))


@lru_cache(16)
def _status_line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
