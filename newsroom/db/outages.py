"""Classify errors of the database: it cannot be reached, or takes no writes; and limit attempts to connect.

No other module knows the drivers' errors. Nothing is imported here that needs Django to be set up.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from time import monotonic

import psycopg
from django.db import Error, InterfaceError, InternalError, OperationalError
from psycopg.errors import ConnectionTimeout, DeadlockDetected, DiskFull, IoError, ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout

# Raised when a lock is held, the disk is full, or the database is read-only.
WRITE_ERRORS = (OperationalError, InternalError)
# Seconds without a new attempt after one to connect has timed out; readers are told to wait as long.
RETRY_AFTER = 5
# Primary result codes (sqlite.org/rescode.html): busy, locked, read-only, I/O error, full.
_SQLITE_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)
# SQLSTATE: connection exceptions; shutdown by an administrator, by a crash; starting up; too many connections.
_POSTGRESQL_LOST = ("08", "57P01", "57P02", "57P03", "53300")


class Outage(Enum):
    """A kind of outage; ``LOST`` means that one connection ended, and another may work."""

    UNREACHABLE = "unreachable"
    LOST = "lost"
    UNWRITABLE = "unwritable"


class RecentTimeoutError(psycopg.OperationalError):
    """An attempt to connect to PostgreSQL timed out less than ``SILENCE`` seconds ago, so none is made."""


def classify_error(error: BaseException | None) -> Outage | None:
    """Return the kind of outage that an error of Django or of a driver means, or None if it means none."""
    cause = (error.__cause__ or error) if isinstance(error, Error) else error
    if isinstance(cause, sqlite3.Error):
        # An error without a code comes from the module sqlite3, not from SQLite.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE_UNWRITABLE:
            return Outage.UNWRITABLE
        return Outage.UNREACHABLE if code == sqlite3.SQLITE_CANTOPEN else None
    if isinstance(cause, RecentTimeoutError | PoolTimeout | ConnectionTimeout):
        return Outage.UNREACHABLE
    if isinstance(cause, ReadOnlySqlTransaction | DiskFull | IoError):
        return Outage.UNWRITABLE
    if isinstance(cause, psycopg.OperationalError):
        state = cause.sqlstate
        return Outage.LOST if state is None or state.startswith(_POSTGRESQL_LOST) else None
    # Django itself raises these for a connection that has ended, for instance inside a transaction.
    return Outage.LOST if isinstance(cause, InterfaceError | OperationalError) else None


def is_deadlock(error: BaseException) -> bool:
    """Return whether the database aborted a transaction because of a deadlock; a second attempt can succeed."""
    return isinstance(error.__cause__, DeadlockDetected)


class ConnectionAttempts:
    """The attempts of this process to connect to PostgreSQL.

    After an attempt has timed out, no thread tries for ``SILENCE`` seconds. Then one thread tries for all: threads
    that wait in turn would block every other request.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Note the outcome of an attempt to connect within the block. Raise SilenceError if none may be made yet."""
        until, now = self._silent_until, monotonic()
        if now < until:
            raise RecentTimeoutError("PostgreSQL did not answer a moment ago.")
        if until:
            self._silent_until = now + RETRY_AFTER
        try:
            yield
        except (PoolTimeout, ConnectionTimeout):
            self._silent_until = monotonic() + RETRY_AFTER
            raise
        self._silent_until = 0.0

    def reset(self) -> None:
        """Allow the next attempt at once."""
        self._silent_until = 0.0


attempts = ConnectionAttempts()
