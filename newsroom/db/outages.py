"""Classify errors of the database driver: the database cannot be reached, or it takes no writes.

This is the one place that knows. Nothing is imported here that needs Django to be set up.
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

# What is raised where a lock is in the way, the disk is full, or the database only reads.
UNWRITTEN = (OperationalError, InternalError)
# After an attempt to connect in vain, seconds in which nobody tries again; readers are told to wait as long.
SILENCE = 5
# The primary result codes (sqlite.org/rescode.html): busy, locked, read-only, I/O error, full.
_SQLITE_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
    }
)
# SQLSTATE: connection exceptions; ended by the administrator, by a crash; starting up; too many connections.
_POSTGRESQL_LOST = ("08", "57P01", "57P02", "57P03", "53300")


class Outage(Enum):
    """A kind of outage; ``LOST`` means that one connection ended, and another may work."""

    UNREACHABLE = "unreachable"
    LOST = "lost"
    UNWRITABLE = "unwritable"


class SilenceError(psycopg.OperationalError):
    """PostgreSQL did not answer a moment ago, so it is not asked again yet."""


def outage_of(error: BaseException | None) -> Outage | None:
    """Return which outage an error tells of, raised by Django or by a driver; None where it tells of none."""
    cause = (error.__cause__ or error) if isinstance(error, Error) else error
    if isinstance(cause, sqlite3.Error):
        # Without a code the error is not one of SQLite but of the module.
        code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        if code in _SQLITE_UNWRITABLE:
            return Outage.UNWRITABLE
        return Outage.UNREACHABLE if code == sqlite3.SQLITE_CANTOPEN else None
    if isinstance(cause, SilenceError | PoolTimeout | ConnectionTimeout):
        return Outage.UNREACHABLE
    if isinstance(cause, ReadOnlySqlTransaction | DiskFull | IoError):
        return Outage.UNWRITABLE
    if isinstance(cause, psycopg.OperationalError):
        state = cause.sqlstate
        return Outage.LOST if state is None or state.startswith(_POSTGRESQL_LOST) else None
    # Django itself raises these for a connection that has ended, as inside a transaction.
    return Outage.LOST if isinstance(cause, InterfaceError | OperationalError) else None


def is_deadlock(error: BaseException) -> bool:
    """Return whether the database gave a transaction up because two waited for each other: done again, it succeeds."""
    return isinstance(error.__cause__, DeadlockDetected)


class Attempts:
    """The attempts of this process to connect to PostgreSQL.

    After one that waited in vain nobody tries for SILENCE seconds, then one tries for all: threads that wait one after
    the other would keep everybody else from being answered.
    """

    def __init__(self) -> None:
        self._silent_until = 0.0

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Connect inside. Raises SilenceError where nobody is to try yet."""
        until, now = self._silent_until, monotonic()
        if now < until:
            raise SilenceError("PostgreSQL did not answer a moment ago.")
        if until:
            self._silent_until = now + SILENCE
        try:
            yield
        except (PoolTimeout, ConnectionTimeout):
            self._silent_until = monotonic() + SILENCE
            raise
        self._silent_until = 0.0

    def forget(self) -> None:
        """Allow the next attempt at once."""
        self._silent_until = 0.0


attempts = Attempts()
