"""Times as the clocks of the newsroom show them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.utils import timezone

from newsroom.audit.models import Event
from newsroom.desk.local_time import DateTimeForm
from newsroom.http import clock
from newsroom.http.clock import AmbiguousTimeError, InvalidLocalTimeError, resolve_local_time
from tests.factories import make_story

ROOT = Path(__file__).resolve().parents[3]
naive = datetime.fromisoformat  # as a form reads a time


@pytest.fixture(autouse=True)
def _paris():
    with timezone.override("Europe/Paris"):
        yield


def test_a_time_is_that_of_the_newsroom():
    assert resolve_local_time(naive("2026-07-01T07:00")) == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_with_what_to_choose():
    with pytest.raises(
        InvalidLocalTimeError, match=r"02:30 does not exist on 29 March 2026.*01:30 or earlier, or 03:30 or later"
    ):
        resolve_local_time(naive("2026-03-29T02:30"))


def test_a_time_that_comes_twice_is_refused_until_one_is_chosen():
    twice = naive("2026-10-25T02:30")
    with pytest.raises(AmbiguousTimeError, match="first as CEST, then as CET"):
        resolve_local_time(twice)
    assert resolve_local_time(twice, second=False) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert resolve_local_time(twice, second=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "written"), [("Europe/Paris", naive("0001-01-01")), ("Etc/GMT+5", naive("9999-12-31T23:59"))]
)
def test_a_time_that_no_clock_can_tell_is_refused(zone, written):
    with timezone.override(zone), pytest.raises(InvalidLocalTimeError, match="No clock goes as far"):
        resolve_local_time(written)


def sent(**fields):
    form = DateTimeForm(fields)
    form.is_valid()
    return form


def test_the_form_asks_which_of_the_two_only_where_there_are_two():
    assert sent(day="2026-10-24", time="02:30").moment == datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    form = sent(day="2026-10-25", time="02:30")
    assert form.is_ambiguous
    assert [label for _, label in form.fields["which"].choices][1:] == ["The first, CEST", "The second, CET"]
    assert sent(day="2026-10-25", time="02:30", which="second").moment == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_the_form_says_what_is_missing():
    assert set(sent(day="", time="").errors) == {"day", "time"}
    assert set(sent(day="yesterday", time="02:30").errors) == {"day"}
    assert set(sent(day="2026-03-29", time="02:30").errors) == {"time"}


def test_within_a_fixed_moment_it_is_that_moment_and_afterwards_again_what_it_was():
    outer, inner = datetime(2031, 3, 3, 9, tzinfo=UTC), datetime(2031, 3, 2, 9, tzinfo=UTC)
    with clock.fixed_at(outer):
        with clock.fixed_at(inner):
            assert (clock.now(), clock.now_for_verb()) == (inner, inner)
        assert clock.now() == outer
    assert clock.now() < outer
    assert not clock.is_fixed()


def test_only_the_demonstration_fixes_the_moment():
    sources = (path for room in ("newsroom", "stories", "topics") for path in (ROOT / room).rglob("*.py"))
    using = {path.relative_to(ROOT).parent.as_posix() for path in sources if "fixed_at(" in path.read_text("utf-8")}
    assert using == {"newsroom/http", "stories/demo"}


@pytest.mark.django_db
def test_what_the_database_would_date_is_of_the_fixed_moment():
    moment = datetime(2025, 3, 3, 9, tzinfo=UTC)
    before = make_story()
    with clock.fixed_at(moment):
        story = make_story()
        Event.objects.write("story", story.uid, "checked", by=None)
        Event.objects.write_all([Event.build("story", story.uid, "checked", by=None)])
        before.refresh_from_db()
        with ThreadPoolExecutor() as other:
            assert other.submit(clock.now).result() > moment
    story.refresh_from_db()
    assert story.created_at == moment
    assert list(Event.objects.filter(verb="checked").values_list("at", flat=True)) == [moment, moment]
    assert before.created_at > moment
    assert make_story().created_at > moment
