"""Fetches stored pages from PostgreSQL."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import local

import psycopg
from psycopg import pq

from newsroom.pages.fetching.statement import ON_POSTGRESQL, Stored

_NAME = b"stored_page"
_BINARY = 1
# From where PostgreSQL counts the microseconds of a moment.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# What Django adds for its own cursors.
_OF_DJANGO = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")


class PostgreSQLFetch:
    """A connection for each thread, on which the statement is prepared once.

    It is asked through the driver's interface to libpq: of an answer that is made ready there is nothing to adapt.
    """

    def __init__(self, parameters: Mapping[str, object], release: str) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _OF_DJANGO}
        self._release = release.encode()
        self._of_thread = local()

    def __call__(self, address: str, at: datetime) -> Stored | None:
        """Return what is stored at ``address`` and holds at ``at``. Raises psycopg.Error; the next call connects anew."""
        values = [self._release, address.encode(), at.isoformat().encode()]
        try:
            result = self._connection().pgconn.exec_prepared(_NAME, values, None, _BINARY)
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        except psycopg.Error:
            self._of_thread.__dict__.clear()
            raise
        if not result.ntuples:
            return None
        status, tag, headers, content, until = (result.get_value(0, column) or b"" for column in range(5))
        valid_until = _BEGINNING + timedelta(microseconds=int.from_bytes(until, signed=True))
        return Stored(int.from_bytes(status), tag.decode(), headers.decode(), content, valid_until)

    def _connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        found: psycopg.Connection[tuple[object, ...]] | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = psycopg.connect(**self._parameters, autocommit=True)  # type: ignore[arg-type]  # as the settings have them
            result = found.pgconn.prepare(_NAME, ON_POSTGRESQL.encode())
            if result.status != pq.ExecStatus.COMMAND_OK:
                found.close()
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
            self._of_thread.connection = found
        return found
