"""What is known of the database’s clock between two answers."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError

from newsroom.db.server_time import DatabaseTime, _Reading

pytestmark = pytest.mark.database

NOON = datetime(2031, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def kernel(monkeypatch):
    """Return a clock of the kernel that the test sets."""
    set_to = {"at": 100.0}
    monkeypatch.setattr("newsroom.db.server_time._kernel_time", lambda: set_to["at"])
    return set_to


def answered(moment: timedelta, *, at: float, way: float = 0.0) -> _Reading:
    return _Reading(NOON + moment, at, way)


def test_time_goes_on_between_two_answers_whatever_the_clock_of_the_machine_says(kernel):
    known = DatabaseTime()
    known._note([answered(timedelta(), at=100)])
    kernel["at"] = 103.5
    assert known.now() == NOON + timedelta(seconds=3.5)


def test_of_several_answers_the_one_with_the_shortest_way_counts(kernel):
    known = DatabaseTime()
    known._note([answered(timedelta(), at=100, way=0.5), answered(timedelta(seconds=1), at=100, way=0.001)])
    assert known.now() == NOON + timedelta(seconds=1)


def test_an_answer_that_took_long_makes_what_was_known_no_worse(kernel):
    known = DatabaseTime()
    known._note([answered(timedelta(), at=100)])
    kernel["at"] = 101
    # It left the database at 100.7 or later and came at 101, so that it is up to 0.3 s old.
    known._note([answered(timedelta(seconds=0.7), at=101, way=0.3)])
    assert known.now() == NOON + timedelta(seconds=1)


@pytest.mark.parametrize("by", [timedelta(hours=1), timedelta(hours=-1)])
def test_a_database_whose_clock_was_set_is_believed(kernel, by):
    known = DatabaseTime()
    known._note([answered(timedelta(), at=100)])
    known._note([answered(by, at=100, way=0.001)])
    assert abs(known.now() - (NOON + by)) <= timedelta(seconds=0.001)


def test_a_database_that_does_not_answer_is_left_alone_for_a_while(kernel, monkeypatch):
    asked = []

    def fails():
        asked.append(kernel["at"])
        raise OperationalError("Away")

    monkeypatch.setattr("newsroom.db.server_time._connected", fails)
    known = DatabaseTime()
    for at in (100, 101, 104, 106):
        kernel["at"] = at
        assert known.now() is None
    assert asked == [100, 106]
