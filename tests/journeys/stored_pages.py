"""Fetch the page stored at an address, and render the page again, so that tests can compare the two."""

import gzip
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import pytest
from django.db import connection
from django.http import HttpResponse, HttpResponseBase
from django.test import Client

from newsroom.page_cache import middleware
from newsroom.page_cache.dependencies import PageDependencies
from newsroom.page_cache.fetch.validity import FETCH_ON_POSTGRESQL, FETCH_ON_SQLITE
from newsroom.page_cache.release import release

# Headers that differ between the encodings of one page, and the one that only Django's own response has.
TRANSFER_HEADERS = {"content-length", "content-encoding", "etag", "x-request-id"}


@dataclass(frozen=True)
class Page:
    """A stored or rendered page. ``headers`` has lower-case names and excludes ``TRANSFER_HEADERS``."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @classmethod
    def from_response(cls, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> "Page":
        return cls(
            status, {name.lower(): value for name, value in headers if name.lower() not in TRANSFER_HEADERS}, content
        )


def fetch_stored(address: str, *, at: datetime) -> Page | None:
    """Return the stored page that readers would get at the moment ``at``, or None."""
    # Run the product's own query on the test's connection, because the page may be stored in its transaction.
    statement, moment = FETCH_ON_SQLITE, str(at.replace(tzinfo=None))
    if connection.vendor == "postgresql":
        statement, moment = FETCH_ON_POSTGRESQL, at.isoformat()
    values = {"1": release(), "2": address, "3": moment}
    with connection.cursor() as cursor:
        sql = re.sub(r"[?$]\d", "%s", statement)
        cursor.execute(sql, [values[number] for number in re.findall(r"[?$](\d)", statement)])
        row = cursor.fetchone()
    return row and Page.from_response(row[0], json.loads(row[2]), gzip.decompress(row[3]))


class UnversionedDependencies(PageDependencies):
    """Page dependencies without versions, so that a page is neither stored nor built from the caches of the process."""

    def read_versions(self, names: Iterable[str]) -> None:
        """Record the names without reading their versions."""
        self._missing.update(names)

    def record_versions(self, versions: Mapping[str, int | None]) -> None:
        """Record the names and ignore the versions."""
        self._missing.update(versions)


def render_now(address: str, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Return the page as it is rendered now, without storing it."""
    with monkeypatch.context() as patch:
        patch.setattr(middleware, "PageDependencies", UnversionedDependencies)
        response = Client().get(address)
    return Page.from_response(response.status_code, response.headers.items(), read_content(response))


def read_content(response: HttpResponseBase) -> bytes:
    """Return the body of a response, decompressed."""
    content = response.content if isinstance(response, HttpResponse) else b"".join(response)
    return gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
