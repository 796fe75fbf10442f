"""What an error says about the database, and when it is tried again."""

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

from newsroom.db.outages import RETRY_AFTER, ConnectionAttempts, Outage, RecentTimeoutError, classify_error

pytestmark = pytest.mark.database


def wrapped(kind, cause):
    """Return an error as Django raises it for one of a driver."""
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
        (wrapped(InternalError, ReadOnlySqlTransaction()), Outage.UNWRITABLE),
        (wrapped(OperationalError, DiskFull()), Outage.UNWRITABLE),
        (wrapped(OperationalError, AdminShutdown()), Outage.LOST),
        (wrapped(OperationalError, CrashShutdown()), Outage.LOST),
        (wrapped(OperationalError, CannotConnectNow()), Outage.LOST),
        (wrapped(OperationalError, TooManyConnections()), Outage.LOST),
        (wrapped(OperationalError, psycopg.OperationalError("connection refused")), Outage.LOST),
        (InterfaceError("connection already closed"), Outage.LOST),
        (OperationalError("gone"), Outage.LOST),
        (wrapped(OperationalError, PoolTimeout()), Outage.UNREACHABLE),
        (wrapped(OperationalError, ConnectionTimeout()), Outage.UNREACHABLE),
        (RecentTimeoutError(), Outage.UNREACHABLE),
        (wrapped(OperationalError, DeadlockDetected()), None),
        (wrapped(OperationalError, LockNotAvailable()), None),
        (wrapped(IntegrityError, UniqueViolation()), None),
        (DataError("too long"), None),
        (ValueError("no error of a database"), None),
        (None, None),
    ],
    ids=repr,
)
def test_an_error_tells_of_its_outage(error, outage):
    assert classify_error(error) is outage


@pytest.mark.parametrize(
    ("setting", "outage"),
    [("PRAGMA query_only = 1", Outage.UNWRITABLE), ("PRAGMA max_page_count = 3", Outage.UNWRITABLE), ("", None)],
)
def test_an_error_of_sqlite_tells_of_its_outage(tmp_path, setting, outage):
    with sqlite3.connect(tmp_path / "db") as database:
        database.execute("CREATE TABLE rows (text TEXT)")
        database.execute(setting)
        statement = "INSERT INTO rows VALUES (?)" if setting else "INSERT INTO rows VALUES (?, 1)"
        with pytest.raises(sqlite3.Error) as raised:
            database.execute(statement, ["x" * 100_000])
    database.close()
    assert classify_error(wrapped(OperationalError, raised.value)) is outage


def test_a_file_that_cannot_be_opened_is_out_of_reach(tmp_path):
    with pytest.raises(sqlite3.Error) as raised:
        sqlite3.connect(tmp_path / "no folder" / "db")
    assert classify_error(raised.value) is Outage.UNREACHABLE


@pytest.mark.parametrize("error", [PoolTimeout, ConnectionTimeout])
def test_after_an_attempt_that_waited_in_vain_nobody_tries_for_a_while_then_one_for_all(clock, error):
    attempts = ConnectionAttempts()
    with pytest.raises(error), attempts.attempt():
        raise error
    clock[0] += RETRY_AFTER - 0.1
    with pytest.raises(RecentTimeoutError), attempts.attempt():
        pytest.fail("It was tried.")
    clock[0] += 0.2
    with attempts.attempt(), pytest.raises(RecentTimeoutError), attempts.attempt():
        pytest.fail("Another one tried beside it.")
    for _ in range(2):
        with attempts.attempt():
            pass


def test_a_connection_that_is_refused_at_once_costs_nobody_a_wait_and_is_tried_again(clock):
    attempts = ConnectionAttempts()
    for _ in range(2):
        with pytest.raises(psycopg.OperationalError, match="refused"), attempts.attempt():
            raise psycopg.OperationalError("refused")
