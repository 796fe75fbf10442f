"""Read stored pages from PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import local

import psycopg
from psycopg import pq

from newsroom.db.outages import attempts
from newsroom.page_cache.fetch.validity import (
    FETCH_ON_POSTGRESQL,
    HAS_PAGE_ON_POSTGRESQL,
    IS_CURRENT_ON_POSTGRESQL,
    FetchedPage,
)

_FETCH_STATEMENT, _IS_CURRENT_STATEMENT, _HAS_PAGE_STATEMENT = b"stored_page", b"stored_still", b"stored_any"
_TEXT, _BINARY = 0, 1
_FORMATS = (_TEXT, _TEXT, _TEXT, _TEXT, _BINARY)
# PostgreSQL stores a timestamp as microseconds since this moment.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
# Parameters that only Django's own connections use.
_DJANGO_PARAMETERS = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")


class PostgreSQLPages:
    """Stored pages in PostgreSQL, read over one connection for each thread.

    The statements are prepared once on each connection. They run through psycopg's interface to libpq, because no value
    of a stored page needs to be adapted.
    """

    def __init__(self, parameters: Mapping[str, object], release: str) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _DJANGO_PARAMETERS}
        self._release = release.encode()
        self._thread_data = local()

    def fetch(self, address: str, at: datetime) -> tuple[FetchedPage, bytes | None] | None:
        """Return the page at ``address`` that is valid at ``at``, or None if there is none.

        With it, return the version of ``LATEST``, if any, as the raw bytes that PostgreSQL sends. Raise psycopg.Error
        if the database fails.
        """
        result = self._query(_FETCH_STATEMENT, address, _format_time(at))
        if not result.ntuples:
            return None
        status, tag, headers, content, until = (result.get_value(0, column) or b"" for column in range(5))
        valid_until = _EPOCH + timedelta(microseconds=int.from_bytes(until, signed=True))
        stored = FetchedPage(int.from_bytes(status), tag.decode(), headers.decode(), content, valid_until)
        return stored, result.get_value(0, 5)

    def is_current(self, address: str, at: datetime, *, tag: str, latest: bytes) -> bool:
        """Return whether the page with this ``tag`` is still stored and valid, and ``LATEST`` has this version.

        Raise psycopg.Error if the database fails.
        """
        return self._query(_IS_CURRENT_STATEMENT, address, _format_time(at), tag.encode(), latest).ntuples > 0

    def has_page(self, address: str) -> bool:
        """Return whether a page is stored at ``address``, valid or not. Raise psycopg.Error if the database fails."""
        return self._query(_HAS_PAGE_STATEMENT, address).ntuples > 0

    def _query(self, name: bytes, address: str, *values: bytes) -> pq.abc.PGresult:
        parameters = [self._release, address.encode(), *values]
        had_connection = hasattr(self._thread_data, "connection")
        try:
            return self._execute(name, parameters)
        except psycopg.Error:
            # The server may have closed the connection, for example on a restart: try a new one. A statement that
            # failed on a new connection would fail again.
            if not had_connection:
                raise
            return self._execute(name, parameters)

    def _execute(self, name: bytes, parameters: list[bytes]) -> pq.abc.PGresult:
        """Execute a prepared statement and return its result. Raise psycopg.Error if that fails.

        After an error, the next statement gets a new connection.
        """
        try:
            result = self._connection().pgconn.exec_prepared(name, parameters, _FORMATS[: len(parameters)], _BINARY)
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        except psycopg.Error:
            self._thread_data.__dict__.clear()
            raise
        return result

    def _connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        thread_connection: psycopg.Connection[tuple[object, ...]] | None = getattr(
            self._thread_data, "connection", None
        )
        if thread_connection is None:
            with attempts.attempt():
                thread_connection = psycopg.connect(**self._parameters, autocommit=True)  # type: ignore[arg-type]  # from the settings
            for name, statement in (
                (_FETCH_STATEMENT, FETCH_ON_POSTGRESQL),
                (_IS_CURRENT_STATEMENT, IS_CURRENT_ON_POSTGRESQL),
                (_HAS_PAGE_STATEMENT, HAS_PAGE_ON_POSTGRESQL),
            ):
                result = thread_connection.pgconn.prepare(name, statement.encode())
                if result.status != pq.ExecStatus.COMMAND_OK:
                    thread_connection.close()
                    raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
            self._thread_data.connection = thread_connection
        return thread_connection


def _format_time(at: datetime) -> bytes:
    return at.isoformat().encode()
