"""The WSGI callable ahead of Django, which answers an address with the stored page if that is valid."""

import gzip
import json
import logging
import sqlite3
from collections.abc import Collection, Iterable
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import psycopg
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from newsroom.db.outages import classify_error
from newsroom.http import clock
from newsroom.page_cache.cdn import LIFETIME_HEADER, format_lifetime
from newsroom.page_cache.encoding import CONTENT_HEADERS, accepts_gzip, format_etag, is_worth_compressing, matches_etag
from newsroom.page_cache.fetch import Fetch, FetchedPage
from newsroom.page_cache.single_flight import single_flight
from newsroom.public_pages import find_page

# No page under these prefixes is stored, so none is looked up.
_ELSEWHERE = ("/admin/", "/accounts/", "/static/", "/media/", "/api/", "/preview/", "/share/")
logger = logging.getLogger(__name__)

type Headers = tuple[tuple[str, str], ...]


class StoredPages:
    """A WSGI callable that answers GET and HEAD with stored pages and passes everything else to Django.

    Django also answers what is not stored or no longer valid. ``hosts`` are the permitted hosts, as in ALLOWED_HOSTS.
    ``is_secure`` restricts stored pages to requests over HTTPS. ``proxy_header`` (name in the environ, value) is the
    header by which a proxy reports HTTPS. ``is_purged`` permits CDNs to cache pages, because they are purged after
    changes. ``turns`` is a folder for the locks of ``single_flight``: while a page is built, others who need it wait
    briefly.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        fetch: Fetch,
        hosts: Collection[str],
        is_secure: bool,
        proxy_header: tuple[str, str] | None,
        turns: Path,
        is_purged: bool = False,
    ) -> None:
        self._application = application
        self._fetch = fetch
        self._hosts = list(hosts)
        self._is_secure = is_secure
        self._proxy_header = proxy_header
        self._turns = turns
        self._is_purged = is_purged
        self._is_allowed = lru_cache(64)(self._allows)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        address = self._address(environ)
        if address is None:
            return self._application(environ, start_response)
        if stored := self._stored(address):
            return _answered(stored, environ, start_response, self._for_edges(stored))
        if not _may_be_stored(address):
            return self._application(environ, start_response)
        with single_flight(address, folder=self._turns) as has_waited:
            if has_waited and (stored := self._stored(address)):
                return _answered(stored, environ, start_response, self._for_edges(stored))
            return self._application(environ, start_response)

    def _address(self, environ: WSGIEnvironment) -> str | None:
        """Return the requested address, or None if no stored page can be the response."""
        if (
            environ["REQUEST_METHOD"] not in ("GET", "HEAD")
            or environ.get("QUERY_STRING")
            or environ.get("SCRIPT_NAME")
            or environ.get("HTTP_IF_MATCH")
        ):
            return None
        path = str(environ.get("PATH_INFO", ""))
        # PostgreSQL's driver takes a string to end at its first NUL.
        if path.startswith(_ELSEWHERE) or "\0" in path or not self._is_allowed(str(environ.get("HTTP_HOST", ""))):
            return None
        if self._is_secure and not self._came_safely(environ):
            return None
        try:
            return path.encode("latin-1").decode()
        except UnicodeDecodeError:
            return None

    def _came_safely(self, environ: WSGIEnvironment) -> bool:
        if self._proxy_header:
            name, value = self._proxy_header
            return str(environ.get(name, "")).split(",")[0].strip() == value
        return environ.get("wsgi.url_scheme") == "https"

    def _allows(self, host: str) -> bool:
        domain, _ = split_domain_port(host)
        return bool(domain) and validate_host(domain, self._hosts)

    def _for_edges(self, stored: FetchedPage) -> Headers:
        """Return the header that gives CDNs the time for which they may cache the response."""
        # Computed for each response: the time gets shorter while the page is stored.
        return ((LIFETIME_HEADER, format_lifetime(stored.valid_until, at=clock.now())),) if self._is_purged else ()

    def _stored(self, address: str) -> FetchedPage | None:
        """Return the page that is valid at the address now, or None.

        It is also None if the database fails, because Django has a better response to that.
        """
        try:
            return self._fetch(address, clock.now())
        except (sqlite3.Error, psycopg.Error) as error:
            # An outage fails each request: a traceback for each would fill the disk.
            logger.warning("A stored page could not be fetched: %s", error, exc_info=classify_error(error) is None)
            return None


def _may_be_stored(address: str) -> bool:
    """Return whether the address is that of a public page that is stored."""
    try:
        page = find_page(resolve(address))
    except Resolver404:
        return False
    return page is not None and page.is_stored


def _answered(
    stored: FetchedPage, environ: WSGIEnvironment, start_response: StartResponse, added: Headers
) -> Iterable[bytes]:
    is_packed = accepts_gzip(str(environ.get("HTTP_ACCEPT_ENCODING", ""))) and is_worth_compressing(stored.content)
    tag = format_etag(stored.tag, is_compressed=is_packed)
    headers = (*_headers(stored.headers), *added)
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and stored.status == HTTPStatus.OK and matches_etag(str(asked), tag):
        kept = [pair for pair in headers if pair[0].lower() not in CONTENT_HEADERS]
        start_response("304 Not Modified", [*kept, ("ETag", tag)])
        return []
    content = stored.content if is_packed else _unpacked(stored.content)
    encoding = [("Content-Encoding", "gzip")] if is_packed else []
    start_response(_line(stored.status), [*headers, *encoding, ("Content-Length", str(len(content))), ("ETag", tag)])
    return [content] if environ["REQUEST_METHOD"] == "GET" else []


# Clients without gzip are machines, which request a few pages again and again.
_unpacked = lru_cache(64)(gzip.decompress)


@lru_cache(256)
def _headers(kept: str) -> Headers:
    return tuple((name, value) for name, value in json.loads(kept))


@lru_cache(16)
def _line(status: int) -> str:
    return f"{status} {HTTPStatus(status).phrase}"
