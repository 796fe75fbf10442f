"""Fetches stored pages from PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import local

import psycopg
from psycopg import pq

from newsroom.pages.fetching.statement import HELD_ON_POSTGRESQL, ON_POSTGRESQL, Stored

_FULL, _HELD = b"stored_page", b"held_page"
_TEXT, _BINARY = 0, 1
_FORMATS = (_TEXT, _TEXT, _TEXT, _BINARY, _BINARY)
# Some hundred bytes for each page. One more, and all begins anew: what is asked for often is soon held again, also after
# somebody has read the whole archive.
MOST_HELD = 4_000
# From where PostgreSQL counts the microseconds of a moment.
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
# What Django adds for its own cursors.
_OF_DJANGO = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")


@dataclass(frozen=True, slots=True)
class _Held:
    """Which rows were found to hold, by address, while the version of ``LATEST`` was ``latest``: as the server writes them."""

    latest: bytes = b""
    rows: dict[str, bytes] = field(default_factory=dict)


class PostgreSQLFetch:
    """A connection for each thread, on which the statement is prepared once.

    It is asked through the driver's interface to libpq: of an answer that is made ready there is nothing to adapt. What
    was found to hold is not compared key by key again before some key changes.
    """

    def __init__(self, parameters: Mapping[str, object], release: str) -> None:
        self._parameters = {name: value for name, value in parameters.items() if name not in _OF_DJANGO}
        self._release = release.encode()
        self._of_thread = local()
        self._held = _Held()

    def __call__(self, address: str, at: datetime) -> Stored | None:
        """Return what is stored at ``address`` and holds at ``at``. Raises psycopg.Error; the next call connects anew."""
        values = [self._release, address.encode(), at.isoformat().encode()]
        held = self._held
        row = held.rows.get(address)
        found = self._asked(_HELD, [*values, row, held.latest]) if row else None
        if found is None:
            found = self._asked(_FULL, values)
            if found is None:
                return None
            self._hold(address, *found[5:])
        status, tag, headers, content, until, *_ = found
        valid_until = _BEGINNING + timedelta(microseconds=int.from_bytes(until, signed=True))
        return Stored(int.from_bytes(status), tag.decode(), headers.decode(), content, valid_until)

    def _asked(self, name: bytes, values: list[bytes]) -> list[bytes] | None:
        """Return the row that a statement finds, None where it finds none."""
        try:
            result = self._connection().pgconn.exec_prepared(name, values, _FORMATS[: len(values)], _BINARY)
            if result.status != pq.ExecStatus.TUPLES_OK:
                raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        except psycopg.Error:
            self._of_thread.__dict__.clear()
            raise
        return [result.get_value(0, column) or b"" for column in range(7)] if result.ntuples else None

    def _hold(self, address: str, row: bytes, latest: bytes) -> None:
        """Remember that a row holds. Other threads do so at the same time: what lies together was found together."""
        held = self._held
        if not latest:
            return
        if held.latest != latest or (len(held.rows) >= MOST_HELD and address not in held.rows):
            self._held = _Held(latest, {address: row})
        else:
            held.rows[address] = row

    def _connection(self) -> "psycopg.Connection[tuple[object, ...]]":
        found: psycopg.Connection[tuple[object, ...]] | None = getattr(self._of_thread, "connection", None)
        if found is None:
            found = psycopg.connect(**self._parameters, autocommit=True)  # type: ignore[arg-type]  # as the settings have them
            for name, statement in ((_FULL, ON_POSTGRESQL), (_HELD, HELD_ON_POSTGRESQL)):
                result = found.pgconn.prepare(name, statement.encode())
                if result.status != pq.ExecStatus.COMMAND_OK:
                    found.close()
                    raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
            self._of_thread.connection = found
        return found
