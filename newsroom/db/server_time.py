"""The time of PostgreSQL's clock, which all machines of a site share.

The database's clock is read every few seconds. Between readings, the time advances with a monotonic kernel
clock.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import cast

import psycopg
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections

from newsroom.db.outages import attempts

REFRESH_AFTER = 5.0  # seconds after which one thread reads the clock again, while others use the last reading
# Seconds after which every thread waits for a new reading. The clocks of two machines may drift apart by a millisecond
# in twenty seconds.
WAIT_AFTER = 60.0
# The time in a response is taken as the time of its arrival, so that the estimate is never ahead. The clock is read up
# to _MAX_SAMPLES times, and the reading with the shortest round trip is used. A round trip of at most
# _SHORT_ROUND_TRIP seconds ends the sampling.
_MAX_SAMPLES, _SHORT_ROUND_TRIP = 3, 0.002
_CONNECT_TIMEOUT = 2  # seconds
# Connection parameters that Django adds for its own cursors and its pool.
_DJANGO_PARAMETERS = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")

logger = logging.getLogger(__name__)


def _kernel_time() -> float:
    """Return the time of a monotonic clock in seconds, if possible of one that runs even while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading of the database's clock.

    When the kernel clock showed ``at``, the database's clock was at ``moment`` or up to ``round_trip`` seconds later.
    """

    moment: datetime
    at: float
    round_trip: float

    def extrapolate(self, at: float) -> datetime:
        """Return the earliest time that the database's clock may show at the kernel time ``at``."""
        return self.moment + timedelta(seconds=at - self.at)


class DatabaseTime:
    """This process's estimate of the database's clock: never ahead, and at most one round trip behind.

    Therefore, apart from the drift between two readings, no page is shown early. Nor does a page miss a
    publication that is already committed: a verb reads the clock first, and its later queries take longer than the
    estimate can be behind.
    """

    def __init__(self) -> None:
        self._reading: _Reading | None = None
        self._failed_at: float | None = None
        self._lock = Lock()

    def now(self) -> datetime | None:
        """Return the time, or None if there is no reading yet."""
        at, reading = _kernel_time(), self._reading
        age = at - reading.at if reading else WAIT_AFTER
        # While one thread reads the clock, the others use the last reading, unless it is older than ``WAIT_AFTER``.
        if age >= REFRESH_AFTER and not self._failed_recently(at) and self._lock.acquire(blocking=age >= WAIT_AFTER):
            try:
                self._read_again(reading)
            finally:
                self._lock.release()
        reading = self._reading
        return reading.extrapolate(_kernel_time()) if reading else None

    def refresh(self) -> None:
        """Read the time on the connection of the current transaction."""
        with connection.wrap_database_errors:
            connection.ensure_connection()
            self._store([_read_clock(connection.connection)])

    def _failed_recently(self, at: float) -> bool:
        return self._failed_at is not None and at - self._failed_at < REFRESH_AFTER

    def _read_again(self, last: _Reading | None) -> None:
        if self._reading is not last or self._failed_recently(_kernel_time()):
            return  # another thread read the clock, or tried to, while this one waited
        try:
            with _connect() as own_connection:
                readings = []
                for _ in range(_MAX_SAMPLES):
                    readings.append(_read_clock(own_connection))
                    if readings[-1].round_trip <= _SHORT_ROUND_TRIP:
                        break
        except (psycopg.Error, Error) as error:
            self._failed_at = _kernel_time()
            logger.debug("The database was not asked for its time: %s", error)
        else:
            self._store(readings)

    def _store(self, readings: list[_Reading]) -> None:
        """Store the best reading, corrected by the last one."""
        # A slow reading is imprecise. Within its bounds, the last reading may be more accurate.
        best, last = min(readings, key=lambda reading: reading.round_trip), self._reading
        if last is not None:
            latest = best.moment + timedelta(seconds=best.round_trip)
            moment = max(best.moment, min(last.extrapolate(best.at), latest))
            best = _Reading(moment, best.at, best.round_trip)
        self._reading, self._failed_at = best, None


def _read_clock(database: "psycopg.Connection[tuple[object, ...]]") -> _Reading:
    sent_at = _kernel_time()
    row = database.execute("SELECT clock_timestamp()").fetchone()
    received_at = _kernel_time()
    assert row is not None, "a SELECT without FROM has one row"  # noqa: S101
    return _Reading(cast("datetime", row[0]).astimezone(UTC), received_at, received_at - sent_at)


@contextmanager
def _connect() -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Yield a connection outside the pool."""
    # A request that is already waiting for a connection from the pool must not wait for the time as well. The parameters
    # are those of the settings, because this thread may be reading a replica.
    parameters = connections.create_connection(DEFAULT_DB_ALIAS).get_connection_params()
    own = {name: value for name, value in parameters.items() if name not in _DJANGO_PARAMETERS}
    connect: Callable[..., psycopg.Connection[tuple[object, ...]]] = psycopg.connect
    with (
        attempts.attempt(),
        connect(**{"connect_timeout": _CONNECT_TIMEOUT, **own, "autocommit": True}) as own_connection,
    ):
        yield own_connection
