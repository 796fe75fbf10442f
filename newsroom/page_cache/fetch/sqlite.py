"""Read stored pages from SQLite."""

import sqlite3
from datetime import UTC, datetime
from threading import local
from typing import Any

from newsroom.page_cache.fetch.validity import FETCH_ON_SQLITE, HAS_PAGE_ON_SQLITE, IS_CURRENT_ON_SQLITE, FetchedPage


class SQLitePages:
    """Stored pages in SQLite, read over one read-only connection for each thread.

    The database is in WAL mode, so readers do not wait for writers.
    """

    def __init__(self, path: str, release: str) -> None:
        self._path = path
        self._release = release
        self._thread_data = local()

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, int | None] | None:
        """Return the page at ``address`` that is valid at ``at``, with the version of ``LATEST``, or None.

        Raise sqlite3.Error if the database fails.
        """
        row = self._query(FETCH_ON_SQLITE, address, _format_time(at))
        if row is None:
            return None
        status, tag, headers, content, until, latest = row
        return FetchedPage(status, tag, headers, content, datetime.fromisoformat(until).replace(tzinfo=UTC)), latest

    def is_current(self, address: str, at: datetime, *, tag: str, latest: int) -> bool:
        """Return whether the page with this ``tag`` is still stored and valid, and ``LATEST`` has this version.

        Raise sqlite3.Error if the database fails.
        """
        return self._query(IS_CURRENT_ON_SQLITE, address, _format_time(at), tag, latest) is not None

    def has_page(self, address: str) -> bool:
        """Return whether a page is stored at ``address``, valid or not. Raise sqlite3.Error if the database fails."""
        return self._query(HAS_PAGE_ON_SQLITE, address) is not None

    def _query(self, statement: str, address: str, *values: object) -> tuple[Any, ...] | None:
        """Return the first row of the result, or None."""
        parameters = (self._release, address, *values)
        try:
            row: tuple[Any, ...] | None = self._connection().execute(statement, parameters).fetchone()
        except sqlite3.Error:
            self._thread_data.__dict__.clear()
            raise
        return row

    def _connection(self) -> sqlite3.Connection:
        thread_connection: sqlite3.Connection | None = getattr(self._thread_data, "connection", None)
        if thread_connection is None:
            thread_connection = sqlite3.connect(self._path, isolation_level=None, uri=self._path.startswith("file:"))
            thread_connection.execute("PRAGMA query_only = 1")
            self._thread_data.connection = thread_connection
        return thread_connection


def _format_time(at: datetime) -> str:
    # In SQLite, Django stores times in UTC without a time zone.
    return str(at.replace(tzinfo=None))
