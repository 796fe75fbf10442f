"""The time of PostgreSQL's clock, which all machines of a site share.

The database is asked every few seconds. In between, the time advances by a kernel clock that is never set.
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
from django.db import Error, connection

from newsroom.db.outages import attempts

REFRESH_AFTER = 5.0  # seconds after which a thread asks again, while others use the known answer
# Seconds after which every thread waits for a new answer. The clocks of two machines may drift apart by a millisecond
# in twenty seconds.
WAIT_AFTER = 60.0
# An answer is taken to hold at the moment of its arrival. Of up to _SAMPLES answers, the one with the shortest round
# trip is used. The first with a round trip of at most _SHORT_WAY seconds is the last that is asked for.
_SAMPLES, _SHORT_WAY = 3, 0.002
_CONNECT_WITHIN = 2  # seconds
# Connection parameters that Django adds for its own cursors.
_OF_DJANGO = ("context", "cursor_factory", "prepare_threshold", "server_side_binding", "pool")

logger = logging.getLogger(__name__)


def _kernel_time() -> float:
    """Return the seconds of a monotonic clock that also counts while the machine sleeps, if the kernel has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading: at ``at`` on the kernel's clock the database's showed between ``moment`` and ``way`` seconds later."""

    moment: datetime
    at: float
    way: float

    def goes_on(self, at: float) -> datetime:
        """Return the time that the database’s clock shows at least at ``at``."""
        return self.moment + timedelta(seconds=at - self.at)


class DatabaseTime:
    """The database’s clock as this process knows it: never ahead, and behind by at most the round trip of one answer.

    Therefore no page is shown early. No publication is missed either: a verb reads the clock first, and the round
    trips of all its later queries take longer than the delay.
    """

    def __init__(self) -> None:
        self._reading: _Reading | None = None
        self._failed_at: float | None = None
        self._lock = Lock()

    def now(self) -> datetime | None:
        """Return the time, or None if the database has not answered yet."""
        at, reading = _kernel_time(), self._reading
        age = at - reading.at if reading else WAIT_AFTER
        # While one thread asks, the others use the known answer.
        if age >= REFRESH_AFTER and not self._failed_lately(at) and self._lock.acquire(blocking=age >= WAIT_AFTER):
            try:
                self._ask_anew(reading)
            finally:
                self._lock.release()
        reading = self._reading
        return reading.goes_on(_kernel_time()) if reading else None

    def refresh(self) -> None:
        """Read the time on the connection of the current transaction."""
        with connection.wrap_database_errors:
            connection.ensure_connection()
            self._note([_answer(connection.connection)])

    def _failed_lately(self, at: float) -> bool:
        return self._failed_at is not None and at - self._failed_at < REFRESH_AFTER

    def _ask_anew(self, known: _Reading | None) -> None:
        if self._reading is not known or self._failed_lately(_kernel_time()):
            return  # another thread asked while this one waited
        try:
            with _connected() as own:
                answers = []
                for _ in range(_SAMPLES):
                    answers.append(_answer(own))
                    if answers[-1].way <= _SHORT_WAY:
                        break
        except (psycopg.Error, Error) as error:
            self._failed_at = _kernel_time()
            logger.debug("The database was not asked for its time: %s", error)
        else:
            self._note(answers)

    def _note(self, answers: list[_Reading]) -> None:
        """Store the best answer, corrected by the known one."""
        # A slow answer says little: within the bounds that it allows, the known answer may be nearer to the truth.
        best, known = min(answers, key=lambda each: each.way), self._reading
        if known is not None:
            latest = best.moment + timedelta(seconds=best.way)
            best = _Reading(max(best.moment, min(known.goes_on(best.at), latest)), best.at, best.way)
        self._reading, self._failed_at = best, None


def _answer(database: "psycopg.Connection[tuple[object, ...]]") -> _Reading:
    sent = _kernel_time()
    row = database.execute("SELECT clock_timestamp()").fetchone()
    came = _kernel_time()
    assert row is not None, "a SELECT without FROM has one row"  # noqa: S101
    return _Reading(cast("datetime", row[0]).astimezone(UTC), came, came - sent)


@contextmanager
def _connected() -> "Iterator[psycopg.Connection[tuple[object, ...]]]":
    """Yield a connection outside the pool."""
    # A request that already waits for a connection of the pool must not wait for the time as well.
    given = {name: value for name, value in connection.get_connection_params().items() if name not in _OF_DJANGO}
    connect: Callable[..., psycopg.Connection[tuple[object, ...]]] = psycopg.connect
    with attempts.attempt(), connect(**{"connect_timeout": _CONNECT_WITHIN, **given, "autocommit": True}) as own:
        yield own
