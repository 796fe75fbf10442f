"""Reading of stored pages from PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import local

import psycopg
from psycopg import pq

from newsroom.db.outages import attempts
from newsroom.page_cache.fetch.statements import FETCH_ON_POSTGRESQL, IS_CURRENT_ON_POSTGRESQL, FetchedPage

_FULL, _STILL = b"stored_page", b"stored_still"
_TEXT, _BINARY = 0, 1
_FORMATS = (_TEXT, _TEXT, _TEXT, _TEXT, _BINARY)
# PostgreSQL counts the microseconds of a timestamp from here.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# Parameters that Django adds for its own cursors.
_OF_DJANGO = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")


class PostgreSQLPages:
    """Stored pages in PostgreSQL, read on one connection for each thread, where the statements are prepared once.

    Statements run through psycopg's interface to libpq, because nothing in a stored response needs to be adapted.
    """

    def __init__(self, parameters: Mapping[str, object], release: str) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _OF_DJANGO}
        self._release = release.encode()
        self._of_thread = local()

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, bytes | None] | None:
        """Return the valid page at ``address`` and the version of ``LATEST`` as the server sends it, or None.

        Raise psycopg.Error if the database fails.
        """
        result = self._asked(_FULL, address, at)
        if not result.ntuples:
            return None
        status, tag, headers, content, until = (result.get_value(0, column) or b"" for column in range(5))
        valid_until = _BEGINNING + timedelta(microseconds=int.from_bytes(until, signed=True))
        stored = FetchedPage(int.from_bytes(status), tag.decode(), headers.decode(), content, valid_until)
        return stored, result.get_value(0, 5)

    def is_current(self, address: str, at: datetime, *, tag: str, latest: bytes) -> bool:
        """Return whether the page with this ``tag`` is still stored and valid, and ``LATEST`` has this version.

        Raise psycopg.Error if the database fails.
        """
        return self._asked(_STILL, address, at, tag.encode(), latest).ntuples > 0

    def _asked(self, name: bytes, address: str, at: datetime, *values: bytes) -> pq.abc.PGresult:
        given = [self._release, address.encode(), at.isoformat().encode(), *values]
        had_connection = hasattr(self._of_thread, "connection")
        try:
            return self._executed(name, given)
        except psycopg.Error:
            # The connection may have ended with a restart of the server: try a new one. What failed on a new one would
            # fail again.
            if not had_connection:
                raise
            return self._executed(name, given)

    def _executed(self, name: bytes, given: list[bytes]) -> pq.abc.PGresult:
        """Execute a prepared statement and return its result; after an error, the next one gets a new connection."""
        try:
            result = self._connection().pgconn.exec_prepared(name, given, _FORMATS[: len(given)], _BINARY)
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        except psycopg.Error:
            self._of_thread.__dict__.clear()
            raise
        return result

    def _connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        found: psycopg.Connection[tuple[object, ...]] | None = getattr(self._of_thread, "connection", None)
        if found is None:
            with attempts.attempt():
                found = psycopg.connect(**self._parameters, autocommit=True)  # type: ignore[arg-type]  # as the settings have them
            for name, statement in ((_FULL, FETCH_ON_POSTGRESQL), (_STILL, IS_CURRENT_ON_POSTGRESQL)):
                result = found.pgconn.prepare(name, statement.encode())
                if result.status != pq.ExecStatus.COMMAND_OK:
                    found.close()
                    raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
            self._of_thread.connection = found
        return found
