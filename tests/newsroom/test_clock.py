"""Times as the clocks of the newsroom show them."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from newsroom.clock import ClockChangeError, TwiceError, from_wall
from newsroom.editing.moments import MomentForm

naive = datetime.fromisoformat  # as a form reads a time


@pytest.fixture(autouse=True)
def _paris():
    with timezone.override("Europe/Paris"):
        yield


def test_a_time_is_that_of_the_newsroom():
    assert from_wall(naive("2026-07-01T07:00")) == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_with_what_to_choose():
    with pytest.raises(
        ClockChangeError, match=r"02:30 does not exist on 29 March 2026.*01:30 or earlier, or 03:30 or later"
    ):
        from_wall(naive("2026-03-29T02:30"))


def test_a_time_that_comes_twice_is_refused_until_one_is_chosen():
    twice = naive("2026-10-25T02:30")
    with pytest.raises(TwiceError, match="first as CEST, then as CET"):
        from_wall(twice)
    assert from_wall(twice, second=False) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert from_wall(twice, second=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "written"), [("Europe/Paris", naive("0001-01-01")), ("Etc/GMT+5", naive("9999-12-31T23:59"))]
)
def test_a_time_that_no_clock_can_tell_is_refused(zone, written):
    with timezone.override(zone), pytest.raises(ClockChangeError, match="No clock goes as far"):
        from_wall(written)


def sent(**fields):
    form = MomentForm(fields)
    form.is_valid()
    return form


def test_the_form_asks_which_of_the_two_only_where_there_are_two():
    assert sent(day="2026-10-24", time="02:30").moment == datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    form = sent(day="2026-10-25", time="02:30")
    assert form.asks_which
    assert [label for _, label in form.fields["which"].choices][1:] == ["The first, CEST", "The second, CET"]
    assert sent(day="2026-10-25", time="02:30", which="second").moment == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_form_says_what_is_missing():
    assert set(sent(day="", time="").errors) == {"day", "time"}
    assert set(sent(day="yesterday", time="02:30").errors) == {"day"}
    assert set(sent(day="2026-03-29", time="02:30").errors) == {"time"}
