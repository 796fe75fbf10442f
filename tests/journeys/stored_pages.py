"""What is stored at an address at this moment, and what Django would build there afresh."""

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
from newsroom.page_cache.fetch.statements import FETCH_ON_POSTGRESQL, FETCH_ON_SQLITE
from newsroom.page_cache.release import release

# Said of one way of sending the bytes, not of the page.
OF_SENDING = {"content-length", "content-encoding", "etag"}


@dataclass(frozen=True)
class Page:
    """A page, whichever way it came: ``headers`` without those that tell how it was sent."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @classmethod
    def told(cls, status: int, headers: Iterable[tuple[str, str]], content: bytes) -> "Page":
        return cls(status, {name.lower(): value for name, value in headers if name.lower() not in OF_SENDING}, content)


def stored_at(address: str, *, at: datetime) -> Page | None:
    """Return what readers are answered from the store, asked by its own statement over the connection of the test."""
    statement, moment = FETCH_ON_SQLITE, str(at.replace(tzinfo=None))
    if connection.vendor == "postgresql":
        statement, moment = FETCH_ON_POSTGRESQL, at.isoformat()
    values = {"1": release(), "2": address, "3": moment}
    with connection.cursor() as cursor:
        asked = re.sub(r"[?$]\d", "%s", statement)
        cursor.execute(asked, [values[number] for number in re.findall(r"[?$](\d)", statement)])
        row = cursor.fetchone()
    return row and Page.told(row[0], json.loads(row[2]), gzip.decompress(row[3]))


class Forgetful(PageDependencies):
    """Knows its keys and no version, so that nothing is stored, and nothing comes from what a process remembers."""

    def read_versions(self, names: Iterable[str]) -> None:
        """Read no version."""
        self._missing.update(names)

    def record_versions(self, versions: Mapping[str, int | None]) -> None:
        """Take no version."""
        self._missing.update(versions)


def built_afresh(address: str, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Return what Django answers, and does not store."""
    with monkeypatch.context() as patch:
        patch.setattr(middleware, "PageDependencies", Forgetful)
        answer = Client().get(address)
    return Page.told(answer.status_code, answer.headers.items(), content_of(answer))


def content_of(answer: HttpResponseBase) -> bytes:
    """Return the body of an answer, unpacked."""
    content = answer.content if isinstance(answer, HttpResponse) else b"".join(answer)
    return gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
