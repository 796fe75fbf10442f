"""The calendar: local days in several time zones, the addresses of its spans, and moving entries."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from stories import publishing
from stories.admin.calendar.views import LIST, MONTH, WEEK, calendar_address, parse_span, week_bounds
from stories.drafts import calendar, revisions
from stories.models import Edition, EditionKind, Freshness
from stories.publishing import InterveningEditionError, InvalidStateError, NotReadyError, TimeError, review_dates
from tests.clocks import MONDAY
from tests.conftest import signed_in
from tests.factories import make_published_story, make_question, make_story, make_update, make_user
from tests.outcomes import list_errors

pytestmark = pytest.mark.django_db

CALENDAR, MOVE = "/admin/calendar/", "/admin/calendar/move/"
TODAY = MONDAY.date()
DAYS = st.dates(date(1971, 1, 1), date(2200, 1, 1))
ZONES = st.sampled_from(
    [
        "Europe/Berlin",  # clocks go forward at 2:00 and back at 3:00
        "Asia/Beirut",  # clocks go forward at midnight
        "Australia/Lord_Howe",  # clocks change by half an hour
        "America/Santiago",  # clocks go back at midnight
        "UTC",  # clocks never change
        "Pacific/Apia",  # 30 December 2011 was skipped
    ]
)


def make_schedule(work, *, at=MONDAY + timedelta(days=2), by=None):
    return publishing.schedule(work, by=by or make_user(), at=at)


def list_schedule_times(work):
    return [edition.live_from for edition in Edition.objects.pending(MONDAY).filter(work=work.pk)]


# Days and addresses ---------------------------------------------------------------------------------------------------


@given(DAYS, ZONES)
def test_a_day_starts_at_its_first_moment_and_lasts_until_the_next_day(day, zone):
    with timezone.override(ZoneInfo(zone)):
        begin, end = (calendar.get_day_start(each).astimezone(UTC) for each in (day, day + timedelta(days=1)))
        assert begin < end or zone == "Pacific/Apia"  # Apia once skipped a whole day
        first, last = (timezone.localdate(each) for each in (begin, end - timedelta(microseconds=1)))
        assert last <= day
        assert first >= day


@given(DAYS, st.times(), ZONES)
def test_an_entry_appears_on_its_local_day(day, clock, zone):
    with timezone.override(ZoneInfo(zone)):
        moment = datetime.combine(day, clock, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        begin, end = week_bounds(timezone.localdate(moment))
        assert calendar.get_day_start(begin) <= moment < calendar.get_day_start(end)


@given(DAYS, st.sampled_from([WEEK, MONTH, LIST]))
def test_each_span_has_an_address_and_the_next_span_links_back_to_it(day, view):
    def parse_address(address):
        name, _, value = address.partition("?")[2].partition("=")
        return parse_span({name: value}, today=TODAY)

    span = parse_address(calendar_address(view, day))
    assert span.begin <= day < span.end
    assert (span.end - span.begin).days % 7 == 0
    assert parse_address(parse_address(span.next_address).previous_address) == span
    assert parse_address(span.previous_address).begin < span.begin


@pytest.mark.parametrize(
    "query",
    ["week=2026-W99", "week=", "month=2026-13", "month=9999-12", "month=0001-01", "list=never", "list=%00", f"week={'9' * 30}",
     "list=0001-01-01", "list=9999-12-31", "month=" + "x" * 5000],
)  # fmt: skip
def test_an_invalid_address_shows_today(set_time, editor_client, query):
    response = editor_client.get(f"{CALENDAR}?{query}")
    assert response.status_code == 200
    assert response.context["span"].begin <= TODAY < response.context["span"].end


def test_no_list_links_beyond_the_limits_of_the_calendar(editor_client):
    for query, direction in (("list=0002-02-05", "next"), ("list=8999-11-30", "prev")):
        response = editor_client.get(f"{CALENDAR}?{query}")
        assert response.status_code == 200
        assert re.findall(r'rel="(prev|next)"', response.content.decode()) == [direction]


def test_the_calendar_shows_publications_schedules_expiries_and_review_dates(set_time, editor, editor_client):
    live = make_published_story(by=editor, owner=editor)
    coming = make_story(headline="Why the night trains run again")
    make_schedule(coming)
    publishing.schedule_expiry(live, by=editor, at=MONDAY + timedelta(days=3), notice="The fair is over.")
    review_dates.set_review_by(live, TODAY + timedelta(days=4), by=editor)
    set_time.go(hours=1)
    for query in ("", "?month=2031-03", "?list=2031-03-03"):
        response = editor_client.get(f"{CALENDAR}{query}")
        entries = [(entry.kind, entry.day - TODAY) for day in response.context["days"] for entry in day.entries]
        assert entries == [
            (what, timedelta(days=day)) for what, day in (("live", 0), ("live", 2), ("expiry", 3), ("review-due", 4))
        ]
        assert "Why the night trains run again" in response.content.decode()
        assert '<p class="empty">' not in response.content.decode()


def test_an_empty_calendar_explains_how_to_schedule(set_time, editor_client):
    for query in ("", "?month", "?list"):
        assert re.search(r'<p class="empty">\w', editor_client.get(f"{CALENDAR}{query}").content.decode())


@pytest.mark.parametrize("query", ["", "?month=2031-03", "?list=2031-03-03"])
def test_a_full_calendar_runs_no_more_queries(set_time, editor_client, django_assert_max_num_queries, query):
    for _ in range(2):
        for number in range(3):
            make_schedule(make_story(), at=set_time() + timedelta(days=number, hours=1))
        with django_assert_max_num_queries(8):
            editor_client.get(f"{CALENDAR}{query}")


def test_users_who_may_not_see_works_cannot_open_the_calendar(set_time):
    user = make_user(role="")
    user.is_staff = True
    user.save()
    edition = make_schedule(make_story())
    client = signed_in(user)
    assert client.get(CALENDAR).status_code == 403
    assert client.get(f"{MOVE}?what=edition-{edition.pk}").status_code == 403


# Moving entries -------------------------------------------------------------------------------------------------------


def move(client, what, day, clock="07:00", **more):
    return client.post(MOVE, {"what": what, "day": day, "time": clock, **more})


def test_a_schedule_can_be_moved_with_a_plain_form(set_time, editor, editor_client):
    story = make_story()
    edition = make_schedule(story)
    page = editor_client.get(f"{MOVE}?what=edition-{edition.pk}")
    assert page.context["form"]["day"].value() == date(2031, 3, 5)
    response = move(editor_client, f"edition-{edition.pk}", "2031-03-07")
    assert response["Location"] == f"{CALENDAR}?week=2031-W10"
    (moment,) = list_schedule_times(story)
    assert f"{timezone.localtime(moment):%d %H:%M}" == "07 07:00"
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.by_name) == ("moved", str(editor))
    assert (event.after["label"], datetime.fromisoformat(event.after["live_from"])) == ("1", moment)


def test_a_script_gets_a_sentence_as_json(set_time, editor_client):
    story = make_story()
    edition = make_schedule(story)
    response = editor_client.post(
        MOVE,
        {"what": f"edition-{edition.pk}", "day": "2031-03-07", "time": "07:00"},
        headers={"Accept": "application/json"},
    )
    moved = Edition.objects.pending(MONDAY).get()
    assert response.json()["what"] == f"edition-{moved.pk}"
    assert all(words in response.json()["said"] for words in (str(story), format_local(moved.live_from)))
    refused = editor_client.post(
        MOVE,
        {"what": f"edition-{moved.pk}", "day": "2031-03-01", "time": "07:00"},
        headers={"Accept": "application/json"},
    )
    assert refused.status_code == 400
    assert format_local(datetime(2031, 3, 1, 7, tzinfo=UTC), "l j F Y, H:i") in refused.json()["error"]


def test_a_move_redirects_only_to_addresses_of_the_desk(set_time, editor_client):
    for back, is_followed in (
        ("/admin/calendar/?month=2031-03", True),
        ("https://evil.example/", False),
        ("//evil.example", False),
    ):
        edition = make_schedule(make_story())
        response = move(editor_client, f"edition-{edition.pk}", "2031-03-07", back=back)
        assert (response["Location"] == back) == is_followed


@pytest.mark.parametrize(
    ("day", "clock"),
    [("2031-03-01", "07:00"), ("", ""), ("9999-12-31", "07:00"), ("x" * 400, "25:99"), ("2031-03-\0", "07:00")],
)
def test_an_invalid_time_is_refused(set_time, editor_client, day, clock):
    story = make_story()
    edition = make_schedule(story)
    response = move(editor_client, f"edition-{edition.pk}", day, clock)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert list_schedule_times(story) == [edition.live_from]


def test_an_ambiguous_local_time_has_to_be_clarified(set_time, editor_client, settings):
    settings.TIME_ZONE = "Europe/Paris"
    with timezone.override("Europe/Paris"):
        story = make_story()
        edition = make_schedule(story)
        response = move(editor_client, f"edition-{edition.pk}", "2031-10-26", "02:30")
        assert "which" in response.context["form"].errors
        move(editor_client, f"edition-{edition.pk}", "2031-10-26", "02:30", which="second")
        assert list_schedule_times(story) == [datetime(2031, 10, 26, 1, 30, tzinfo=UTC)]


@pytest.mark.parametrize(
    "what",
    ["", "edition", "edition-", "edition-0", f"edition-{'9' * 30}", "edition-\0", "look-1", "topic-1", "look--1"],
)
def test_an_unknown_entry_cannot_be_moved(set_time, editor_client, what):
    assert editor_client.get(MOVE, {"what": what}).status_code == 404
    assert move(editor_client, what, "2031-03-07").status_code == 404


def test_writers_can_see_the_calendar_but_cannot_move_a_schedule(set_time, writer, writer_client):
    edition = make_schedule(make_story(owner=writer))
    assert f"edition-{edition.pk}" not in writer_client.get(CALENDAR).content.decode()
    assert move(writer_client, f"edition-{edition.pk}", "2031-03-07").status_code == 403
    with pytest.raises(NotAllowedError):
        publishing.reschedule(edition, to=MONDAY + timedelta(days=4), by=writer)


def test_users_who_may_edit_a_work_can_move_its_review_date(set_time, writer, writer_client, curator_client):
    story = make_published_story(owner=writer)
    review_dates.set_review_by(story, TODAY + timedelta(days=2), by=writer)
    set_time.go(hours=1)
    assert f"look-{story.pk}" in writer_client.get(CALENDAR).content.decode()
    assert f"look-{story.pk}" not in curator_client.get(CALENDAR).content.decode()
    assert move(curator_client, f"look-{story.pk}", "2031-03-09").status_code == 403
    move(writer_client, f"look-{story.pk}", "2031-03-09")
    assert Freshness.objects.of(story.uid).review_by == date(2031, 3, 9)
    refused = move(writer_client, f"look-{story.pk}", "2031-03-01")
    # The error has no code, because the day is a valid date, but in the past.
    assert list_errors(refused.context["form"]) == [("day", None)]
    assert Freshness.objects.of(story.uid).review_by == date(2031, 3, 9)


# Rescheduling ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def two_schedules(set_time, editor):
    """Return a live story and its two pending schedules, for Wednesday and Friday."""
    story = make_published_story(by=editor)
    editions = []
    for number, day in enumerate((2, 4)):
        section = story.sections.first()
        section.text = f"The sea came in {number} times."
        section.save()
        revisions.record_revision(story, by=editor)
        editions.append(publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=day), change=make_update()))
    return story, editions


def test_a_move_leaves_a_later_schedule_of_the_work_unchanged(two_schedules, editor):
    story, (first, second) = two_schedules
    (moved,) = publishing.reschedule(first, to=MONDAY + timedelta(days=3), by=editor)
    assert list_schedule_times(story) == [MONDAY + timedelta(days=3), MONDAY + timedelta(days=4)]
    last = Edition.objects.pending(MONDAY).filter(work=story.pk).last()
    assert (moved.document_id, last.document_id) == (first.document_id, second.document_id)
    assert (moved.note, moved.label, last.label) == (first.note, first.label, second.label)
    moved.refresh_from_db()
    assert moved.live_until == last.live_from


def test_an_edition_cannot_be_moved_past_another_of_its_work(two_schedules, editor, editor_client):
    story, (first, _) = two_schedules
    with pytest.raises(InterveningEditionError):
        publishing.reschedule(first, to=MONDAY + timedelta(days=5), by=editor)
    response = move(editor_client, f"edition-{first.pk}", "2031-03-08", "09:00")
    assert list(response.context["form"].errors) == ["__all__"]
    assert f'href="{reverse(story.change_view_name, args=[story.pk])}"' in response.content.decode()
    assert list_schedule_times(story) == [MONDAY + timedelta(days=2), MONDAY + timedelta(days=4)]


def test_an_edition_cannot_be_moved_to_the_time_of_another_of_its_work(two_schedules, editor):
    with pytest.raises(TimeError, match="scheduled for the same time"):
        publishing.reschedule(two_schedules[1][0], to=MONDAY + timedelta(days=4), by=editor)


def test_an_expiry_keeps_its_notice_when_it_is_moved(set_time, editor):
    story = make_published_story(by=editor)
    edition = publishing.schedule_expiry(story, by=editor, at=MONDAY + timedelta(days=3), notice="The fair is over.")
    (moved,) = publishing.reschedule(edition, to=MONDAY + timedelta(days=6), by=editor)
    assert (moved.kind, moved.notice) == (EditionKind.NOTICE, "The fair is over.")
    assert Edition.objects.live(MONDAY + timedelta(days=5)).filter(work=story.pk).exists()
    assert not Edition.objects.live(MONDAY + timedelta(days=7)).filter(work=story.pk).exists()


def test_moving_one_edition_of_a_bundle_moves_the_whole_bundle(set_time, editor):
    works = [make_story(headline=f"Why the {which} pier is closed to lorries") for which in ("north", "south")]
    bundle = publishing.save_bundle("Both piers", works, by=editor)
    publishing.publish_bundle(bundle, by=editor, at=MONDAY + timedelta(days=2))
    edition = Edition.objects.pending(MONDAY).first()
    editions = publishing.reschedule(edition, to=MONDAY + timedelta(days=3), by=editor)
    assert {each.work_id for each in editions} == {work.pk for work in works}
    assert {each.live_from for each in Edition.objects.pending(MONDAY)} == {MONDAY + timedelta(days=3)}
    assert {each.bundle for each in editions} == {bundle}


def test_questions_that_are_scheduled_with_a_story_move_with_it(set_time, editor):
    faq = make_question()
    story = make_story(questions=(faq,))
    edition = publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=2), with_questions=[faq])
    publishing.reschedule(edition, to=MONDAY + timedelta(days=3), by=editor)
    assert list_schedule_times(story) == list_schedule_times(faq) == [MONDAY + timedelta(days=3)]


def test_a_schedule_that_a_check_now_blocks_is_not_moved(set_time, editor, editor_client):
    story = make_story()
    edition = make_schedule(story)
    make_published_story(headline=story.headline, by=editor)
    with pytest.raises(NotReadyError):
        publishing.reschedule(edition, to=MONDAY + timedelta(days=3), by=editor)
    assert list_schedule_times(story) == [edition.live_from]
    response = move(editor_client, f"edition-{edition.pk}", "2031-03-07")
    assert response.context["form"].non_field_errors()


def test_a_schedule_that_went_live_or_was_cancelled_cannot_be_moved(set_time, editor):
    for undo in ("cancel", "go live"):
        edition = make_schedule(make_story(), at=set_time() + timedelta(days=2))
        if undo == "cancel":
            publishing.cancel_schedule(edition, by=editor)
        else:
            set_time.go(days=3)
        with pytest.raises(InvalidStateError, match="is no longer scheduled"):
            publishing.reschedule(edition, to=set_time() + timedelta(days=5), by=editor)


def test_a_move_to_the_same_time_is_not_recorded(set_time, editor):
    story = make_story()
    edition = make_schedule(story)
    assert publishing.reschedule(edition, to=edition.live_from, by=editor) == [edition]
    assert not Event.objects.about(story.uid).with_verb("moved").exists()


@pytest.mark.parametrize("hours", [1, 24 * 400])
def test_moving_the_first_edition_changes_the_date_of_first_publication(set_time, editor, hours):
    edition = make_schedule(make_story())
    to = MONDAY + timedelta(hours=hours)
    (moved,) = publishing.reschedule(edition, to=to, by=editor)
    assert moved.first_published_at == moved.updated_at == to
