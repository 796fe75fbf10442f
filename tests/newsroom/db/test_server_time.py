"""The estimate of the database’s clock between two readings."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from newsroom.db.server_time import DatabaseTime, _Reading

pytestmark = pytest.mark.database

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def kernel_clock(monkeypatch):
    """Return a kernel clock that the test can set."""
    clock = {"at": 100.0}
    monkeypatch.setattr("newsroom.db.server_time._kernel_time", lambda: clock["at"])
    return clock


def make_reading(moment: timedelta, *, at: float, round_trip: float = 0.0) -> _Reading:
    return _Reading(NOON + moment, at, round_trip)


def test_between_readings_the_time_advances_with_the_kernel_clock(kernel_clock):
    database_time = DatabaseTime()
    database_time._store([make_reading(timedelta(), at=100)])
    kernel_clock["at"] = 103.5
    assert database_time.now() == NOON + timedelta(seconds=3.5)


def test_the_reading_with_the_shortest_round_trip_is_used(kernel_clock):
    database_time = DatabaseTime()
    database_time._store(
        [
            make_reading(timedelta(), at=100, round_trip=0.5),
            make_reading(timedelta(seconds=1), at=100, round_trip=0.001),
        ]
    )
    assert database_time.now() == NOON + timedelta(seconds=1)


def test_a_slow_reading_does_not_make_the_estimate_worse(kernel_clock):
    database_time = DatabaseTime()
    database_time._store([make_reading(timedelta(), at=100)])
    kernel_clock["at"] = 101
    # The reading left the database at 100.7 or later and arrived at 101, so it is up to 0.3 s old.
    database_time._store([make_reading(timedelta(seconds=0.7), at=101, round_trip=0.3)])
    assert database_time.now() == NOON + timedelta(seconds=1)


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1)])
def test_the_time_follows_when_the_database_clock_is_set(kernel_clock, by):
    database_time = DatabaseTime()
    database_time._store([make_reading(timedelta(), at=100)])
    database_time._store([make_reading(by, at=100, round_trip=0.001)])
    assert abs(database_time.now() - (NOON + by)) <= timedelta(seconds=0.001)


def test_after_a_failure_the_database_is_not_asked_again_for_a_while(kernel_clock, monkeypatch):
    attempts = []

    def fail():
        attempts.append(kernel_clock["at"])
        raise OperationalError("Away")

    monkeypatch.setattr("newsroom.db.server_time._connect", fail)
    database_time = DatabaseTime()
    for at in (100, 101, 104, 106):
        kernel_clock["at"] = at
        assert database_time.now() is None
    assert attempts == [100, 106]
