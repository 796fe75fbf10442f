"""Fetches stored pages from SQLite."""

import sqlite3
from datetime import UTC, datetime
from threading import local

from newsroom.pages.fetching.statement import ON_SQLITE, Stored


class SQLiteFetch:
    """A connection for each thread, which only reads. A reader waits for no writer: the journal is a write-ahead log."""

    def __init__(self, path: str, release: str) -> None:
        self._path = path
        self._release = release
        self._of_thread = local()

    def __call__(self, address: str, at: datetime) -> Stored | None:
        """Return what is stored at ``address`` and holds at ``at``. Raises sqlite3.Error; the next call connects anew."""
        try:
            # As Django writes moments here: naive, in UTC.
            row = (
                self._connection().execute(ON_SQLITE, (self._release, address, str(at.replace(tzinfo=None)))).fetchone()
            )
        except sqlite3.Error:
            self._of_thread.__dict__.clear()
            raise
        if row is None:
            return None
        status, tag, headers, content, until = row
        return Stored(status, tag, headers, content, datetime.fromisoformat(until).replace(tzinfo=UTC))

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = sqlite3.connect(self._path, isolation_level=None, uri=self._path.startswith("file:"))
            found.execute("PRAGMA query_only = 1")
            self._of_thread.connection = found
        return found
