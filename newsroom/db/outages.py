"""Classify errors of the database and of a disk that mean an outage, and limit attempts to connect.

This module imports nothing that requires Django to be set up.
"""

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from time import monotonic

import psycopg
from django.db import Error, InterfaceError, InternalError, OperationalError
from psycopg.errors import ConnectionTimeout, DeadlockDetected, DiskFull, IoError, ReadOnlySqlTransaction
from psycopg_pool import PoolTimeout

# Django raises these if another transaction holds a lock, the disk is full, or the database is read-only.
WRITE_ERRORS = (OperationalError, InternalError)
RETRY_AFTER = 5  # seconds that readers are told to wait
# Seconds without a new attempt after an attempt to connect has timed out. An attempt may begin just before PostgreSQL
# is back and take up to two seconds, so with this pause, the site is back within five seconds.
ATTEMPT_PAUSE = 2
_MAX_ATTEMPT = 5  # seconds; a name with several addresses may need more than one timeout
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
# The disk is full, the account has used up its quota, the disk is read-only.
_DISK_UNWRITABLE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
# SQLSTATE: connection exceptions, shutdown by an administrator, crash, starting up, too many connections.
_POSTGRESQL_LOST = ("08", "57P01", "57P02", "57P03", "53300")


class Outage(Enum):
    """A kind of outage. ``LOST`` means that a connection has ended; a new one may work."""

    UNREACHABLE = "unreachable"
    LOST = "lost"
    UNWRITABLE = "unwritable"


class RecentTimeoutError(psycopg.OperationalError):
    """Raised instead of connecting to PostgreSQL while ``ConnectionAttempts`` allows no new attempt."""


def classify_error(error: BaseException | None) -> Outage | None:
    """Return the kind of outage that an error of Django, a driver or a disk indicates, or None if it indicates none."""
    cause = (error.__cause__ or error) if isinstance(error, Error) else error
    if isinstance(cause, sqlite3.Error):
        # An error without a code comes from Python's sqlite3 module, not from SQLite.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE_UNWRITABLE:
            return Outage.UNWRITABLE
        return Outage.UNREACHABLE if code == sqlite3.SQLITE_CANTOPEN else None
    if isinstance(cause, RecentTimeoutError | PoolTimeout | ConnectionTimeout):
        return Outage.UNREACHABLE
    if isinstance(cause, ReadOnlySqlTransaction | DiskFull | IoError):
        return Outage.UNWRITABLE
    if isinstance(cause, OSError):
        return Outage.UNWRITABLE if cause.errno in _DISK_UNWRITABLE else None
    if isinstance(cause, psycopg.OperationalError):
        state = cause.sqlstate
        return Outage.LOST if state is None or state.startswith(_POSTGRESQL_LOST) else None
    if isinstance(cause, psycopg.InternalError) and cause.sqlstate is None:
        # After the error of a server process that has ended, a pooler sends an error of its own, but the driver expects
        # a single result.
        return Outage.LOST
    # Django itself raises these for a connection that has ended, for instance inside a transaction.
    return Outage.LOST if isinstance(cause, InterfaceError | OperationalError) else None


@contextmanager
def suppress_unwritable() -> Iterator[None]:
    """Within the block, ignore an error that means that nothing can be written now. Others propagate."""
    try:
        yield
    except (Error, OSError) as error:
        if classify_error(error) is not Outage.UNWRITABLE:
            raise


def first_line(error: Exception) -> str:
    """Return the first line of the message of an error, or the name of its class if it has no message."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def is_deadlock(error: BaseException) -> bool:
    """Return whether the database aborted a transaction because of a deadlock; a second attempt can succeed."""
    return isinstance(error.__cause__, DeadlockDetected)


class ConnectionAttempts:
    """The attempts of this process to connect to PostgreSQL.

    After an attempt has timed out, no thread tries again for ``ATTEMPT_PAUSE`` seconds. Then a single thread tries. If
    all threads waited for PostgreSQL, they would block every other request.
    """

    def __init__(self) -> None:
        self._blocked_until = 0.0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Record the outcome of the attempt to connect that the block makes.

        Raise RecentTimeoutError if no attempt may be made yet.
        """
        until, now = self._blocked_until, monotonic()
        if now < until:
            raise RecentTimeoutError("PostgreSQL did not answer a moment ago.")
        if until:
            self._blocked_until = now + _MAX_ATTEMPT
        try:
            yield
        except BaseException as error:
            if until or isinstance(error, PoolTimeout | ConnectionTimeout):
                self._blocked_until = monotonic() + ATTEMPT_PAUSE
            raise
        self._blocked_until = 0.0

    def reset(self) -> None:
        """Allow the next attempt immediately."""
        self._blocked_until = 0.0


attempts = ConnectionAttempts()
