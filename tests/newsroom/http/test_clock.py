"""Local times in the newsroom's time zone, and the clock, which can be fixed."""

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
naive = datetime.fromisoformat  # returns a naive datetime, as a form does


@pytest.fixture(autouse=True)
def _use_paris_time():
    with timezone.override("Europe/Paris"):
        yield


def test_a_local_time_is_in_the_time_zone_of_the_newsroom():
    assert resolve_local_time(naive("2026-07-01T07:00")) == datetime(2026, 7, 1, 5, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_with_alternatives():
    with pytest.raises(
        InvalidLocalTimeError, match=r"02:30 does not exist on 29 March 2026.*01:30 or earlier, or 03:30 or later"
    ):
        resolve_local_time(naive("2026-03-29T02:30"))


def test_an_ambiguous_time_is_refused_until_one_occurrence_is_chosen():
    ambiguous = naive("2026-10-25T02:30")
    with pytest.raises(AmbiguousTimeError, match="first as CEST, then as CET"):
        resolve_local_time(ambiguous)
    assert resolve_local_time(ambiguous, second=False) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert resolve_local_time(ambiguous, second=True) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "local"), [("Europe/Paris", naive("0001-01-01")), ("Etc/GMT+5", naive("9999-12-31T23:59"))]
)
def test_a_time_outside_the_range_of_datetime_is_refused(zone, local):
    with timezone.override(zone), pytest.raises(InvalidLocalTimeError, match="is out of range"):
        resolve_local_time(local)


def submit_form(**fields):
    form = DateTimeForm(fields)
    form.is_valid()
    return form


def test_the_form_asks_for_the_occurrence_only_if_the_time_is_ambiguous():
    assert submit_form(day="2026-10-24", time="02:30").moment == datetime(2026, 10, 24, 0, 30, tzinfo=UTC)
    form = submit_form(day="2026-10-25", time="02:30")
    assert form.is_ambiguous
    assert [label for _, label in form.fields["which"].choices][1:] == ["The first, CEST", "The second, CET"]
    assert submit_form(day="2026-10-25", time="02:30", which="second").moment == datetime(
        2026, 10, 25, 1, 30, tzinfo=UTC
    )


def test_the_form_reports_missing_and_invalid_fields():
    assert set(submit_form(day="", time="").errors) == {"day", "time"}
    assert set(submit_form(day="yesterday", time="02:30").errors) == {"day"}
    assert set(submit_form(day="2026-03-29", time="02:30").errors) == {"time"}


def test_the_clock_stands_still_while_it_is_fixed_and_then_runs_again():
    outer, inner = datetime(2031, 3, 3, 9, tzinfo=UTC), datetime(2031, 3, 2, 9, tzinfo=UTC)
    with clock.fixed_at(outer):
        with clock.fixed_at(inner):
            assert (clock.now(), clock.now_for_publishing()) == (inner, inner)
        assert clock.now() == outer
    assert clock.now() < outer
    assert not clock.is_fixed()


def test_only_the_demonstration_fixes_the_clock():
    sources = (path for package in ("newsroom", "stories", "topics") for path in (ROOT / package).rglob("*.py"))
    folders = {path.relative_to(ROOT).parent.as_posix() for path in sources if "fixed_at(" in path.read_text("utf-8")}
    assert folders == {"newsroom/http", "stories/demo"}


@pytest.mark.django_db
def test_default_times_of_the_database_get_the_fixed_time():
    moment = datetime(2025, 3, 3, 9, tzinfo=UTC)
    earlier_story = make_story()
    with clock.fixed_at(moment):
        story = make_story()
        Event.objects.write("story", story.uid, "checked", by=None)
        Event.objects.write_all([Event.build("story", story.uid, "checked", by=None)])
        earlier_story.refresh_from_db()
        with ThreadPoolExecutor() as executor:
            assert executor.submit(clock.now).result() > moment
    story.refresh_from_db()
    assert story.created_at == moment
    assert list(Event.objects.filter(verb="checked").values_list("at", flat=True)) == [moment, moment]
    assert earlier_story.created_at > moment
    assert make_story().created_at > moment
