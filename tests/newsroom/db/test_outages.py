"""Classifying errors of the database and of disks, and limiting attempts to connect."""

import errno
import sqlite3

import psycopg
import pytest
from django.db import DataError, IntegrityError, InterfaceError, InternalError, OperationalError
from psycopg.errors import (
    AdminShutdown,
    CannotConnectNow,
    ConnectionTimeout,
    CrashShutdown,
    DeadlockDetected,
    DiskFull,
    LockNotAvailable,
    ReadOnlySqlTransaction,
    TooManyConnections,
    UniqueViolation,
)
from psycopg_pool import PoolTimeout

from newsroom.db.outages import ATTEMPT_PAUSE, ConnectionAttempts, Outage, RecentTimeoutError, classify_error

pytestmark = pytest.mark.database


def wrap_error(kind, cause):
    """Return a Django error that was caused by a driver's error."""
    error = kind(repr(cause))
    error.__cause__ = cause
    return error


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr("newsroom.db.outages.monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (wrap_error(InternalError, ReadOnlySqlTransaction()), Outage.UNWRITABLE),
        (wrap_error(OperationalError, DiskFull()), Outage.UNWRITABLE),
        (wrap_error(OperationalError, AdminShutdown()), Outage.LOST),
        (wrap_error(OperationalError, CrashShutdown()), Outage.LOST),
        (wrap_error(OperationalError, CannotConnectNow()), Outage.LOST),
        (wrap_error(OperationalError, TooManyConnections()), Outage.LOST),
        (wrap_error(OperationalError, psycopg.OperationalError("connection refused")), Outage.LOST),
        (wrap_error(InternalError, psycopg.InternalError("received 2 results from command 'COMMIT'")), Outage.LOST),
        (InterfaceError("connection already closed"), Outage.LOST),
        (OperationalError("gone"), Outage.LOST),
        (wrap_error(OperationalError, PoolTimeout()), Outage.UNREACHABLE),
        (wrap_error(OperationalError, ConnectionTimeout()), Outage.UNREACHABLE),
        (RecentTimeoutError(), Outage.UNREACHABLE),
        (OSError(errno.ENOSPC, "No space left on device"), Outage.UNWRITABLE),
        (OSError(errno.EROFS, "Read-only file system"), Outage.UNWRITABLE),
        (FileNotFoundError(errno.ENOENT, "No such file or directory"), None),
        (wrap_error(OperationalError, DeadlockDetected()), None),
        (wrap_error(OperationalError, LockNotAvailable()), None),
        (wrap_error(IntegrityError, UniqueViolation()), None),
        (DataError("too long"), None),
        (ValueError("no error of a database"), None),
        (None, None),
    ],
    ids=repr,
)
def test_an_error_is_classified_by_its_cause(error, outage):
    assert classify_error(error) is outage


@pytest.mark.parametrize(
    ("setting", "outage"),
    [("PRAGMA query_only = 1", Outage.UNWRITABLE), ("PRAGMA max_page_count = 3", Outage.UNWRITABLE), ("", None)],
)
def test_an_sqlite_error_is_classified_by_its_code(tmp_path, setting, outage):
    with sqlite3.connect(tmp_path / "db") as database:
        database.execute("CREATE TABLE rows (text TEXT)")
        database.execute(setting)
        statement = "INSERT INTO rows VALUES (?)" if setting else "INSERT INTO rows VALUES (?, 1)"
        with pytest.raises(sqlite3.Error) as raised:
            database.execute(statement, ["x" * 100_000])
    database.close()
    assert classify_error(wrap_error(OperationalError, raised.value)) is outage


def test_a_database_file_that_cannot_be_opened_is_unreachable(tmp_path):
    with pytest.raises(sqlite3.Error) as raised:
        sqlite3.connect(tmp_path / "no folder" / "db")
    assert classify_error(raised.value) is Outage.UNREACHABLE


@pytest.mark.parametrize("error", [PoolTimeout, ConnectionTimeout])
def test_after_a_timeout_nobody_connects_for_a_while_and_then_one_thread_tries(clock, error):
    attempts = ConnectionAttempts()
    with pytest.raises(error), attempts.attempt():
        raise error
    clock[0] += ATTEMPT_PAUSE - 0.1
    with pytest.raises(RecentTimeoutError), attempts.attempt():
        pytest.fail("It was tried.")
    clock[0] += 0.2
    with attempts.attempt():
        clock[0] += ATTEMPT_PAUSE + 0.1
        with pytest.raises(RecentTimeoutError), attempts.attempt():
            pytest.fail("Another one tried beside it.")
    for _ in range(2):
        with attempts.attempt():
            pass


def test_while_connections_are_refused_after_a_timeout_they_are_tried_after_each_pause(clock):
    attempts = ConnectionAttempts()
    with pytest.raises(PoolTimeout), attempts.attempt():
        raise PoolTimeout
    for _ in range(3):
        clock[0] += ATTEMPT_PAUSE + 0.1
        with pytest.raises(psycopg.OperationalError, match="refused"), attempts.attempt():
            raise psycopg.OperationalError("refused")
        with pytest.raises(RecentTimeoutError), attempts.attempt():
            pytest.fail("It was tried at once.")


def test_a_refused_connection_can_be_tried_again_immediately(clock):
    attempts = ConnectionAttempts()
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError, match="refused"), attempts.attempt():
            raise psycopg.OperationalError("refused")
