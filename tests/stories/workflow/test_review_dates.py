"""When somebody looks at a page again: the day, the look, and what readers are told once it is late."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.background import periodic
from newsroom.notifications.models import Notice
from newsroom.page_cache.dependencies import PageDependencies
from stories import publishing
from stories.models import Edition, Freshness, LastLook
from stories.public.pages.works.live_data import overdue_check_date
from stories.publishing import erase
from stories.publishing.errors import InvalidStateError
from stories.workflow import review_dates, trash
from stories.workflow.review_dates import InvalidReviewDateError, NoOwnerError
from tests.clocks import MONDAY
from tests.factories import make_published_question, make_published_story, make_story, make_user
from tests.stories.public.structured_data.reading import Page, nodes_in

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs/schemas/structured-data.json").read_text(encoding="utf-8"))


@pytest.fixture
def owner(writer):
    return writer


def test_a_look_is_asked_of_the_owner_and_stands_in_the_record(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    assert Freshness.objects.of(story.uid).review_by == date(2031, 4, 1)
    assert format_entry(Event.objects.about(story.uid).first()) == f"{owner} asked for a look at it by 1 April 2031"


def test_the_same_day_again_is_no_news(set_time, owner):
    story = make_story(owner=owner)
    for _ in range(2):
        review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    assert Event.objects.about(story.uid).with_verb("next look set").count() == 1


def test_a_look_with_the_sources_in_hand_is_written_down_with_the_day_of_the_next(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, TODAY, by=owner)
    set_time.go(days=3)
    review_dates.mark_reviewed(story, by=owner, next_by=date(2031, 5, 1))
    kept = Freshness.objects.of(story.uid)
    assert (kept.checked_on, kept.review_by) == (TODAY + timedelta(days=3), date(2031, 5, 1))
    assert format_entry(Event.objects.about(story.uid).first()).endswith(
        "looked at it with its sources in hand, next by 1 May 2031"
    )


def test_a_day_that_is_taken_out_asks_nobody(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    review_dates.set_review_by(story, None, by=owner)
    assert Freshness.objects.of(story.uid).review_by is None
    assert format_entry(Event.objects.about(story.uid).first()).endswith("asked for no further look at it")


def test_what_belongs_to_nobody_is_looked_at_by_nobody(set_time, editor):
    with pytest.raises(NoOwnerError, match="whose it is"):
        review_dates.set_review_by(make_story(), date(2031, 4, 1), by=editor)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(9999, 12, 31)])
def test_a_day_that_nobody_can_keep_is_refused(set_time, owner, day):
    with pytest.raises(InvalidReviewDateError):
        review_dates.set_review_by(make_story(owner=owner), day, by=owner)


def test_who_may_not_edit_does_not_set_the_day(set_time, owner, curator):
    story = make_story(owner=owner)
    with pytest.raises(NotAllowedError):
        review_dates.set_review_by(story, date(2031, 4, 1), by=curator)
    with pytest.raises(NotAllowedError):
        review_dates.mark_reviewed(story, by=curator, next_by=None)
    assert not Freshness.objects.exists()


def test_what_lies_in_the_bin_is_not_looked_at(set_time, owner):
    story = make_story(owner=owner)
    trash.move_to_trash(story, by=owner)
    with pytest.raises(InvalidStateError):
        review_dates.mark_reviewed(story, by=owner, next_by=None)


def test_what_is_erased_leaves_no_day_behind(set_time, owner, administrator, editor):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    LastLook.objects.record_reading(story, by=editor, number=1, at=MONDAY)
    erase.erase_work(story, by=administrator, reason="An order of the court.")
    assert not Freshness.objects.exists()
    assert not LastLook.objects.exists()


# What readers are told ------------------------------------------------------------------------------------------------


@given(st.dates(date(2030, 1, 1), date(2032, 1, 1)), st.none() | st.dates(date(2030, 1, 1), TODAY))
def test_readers_are_told_of_the_last_look_only_once_the_next_is_late(review_by, checked_on):
    edition = Edition(updated_at=MONDAY - timedelta(days=100))
    edition.review_by, edition.checked_on = review_by, checked_on
    dependencies = PageDependencies(at=MONDAY)
    told = overdue_check_date(edition, dependencies=dependencies)
    assert (dependencies.valid_until <= MONDAY.replace(year=2040)) == (review_by >= TODAY)
    assert (told is not None) == (review_by < TODAY)
    assert told is None or told <= TODAY
    assert told is None or checked_on is None or told >= checked_on


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_a_page_says_when_it_was_last_checked_once_the_day_has_passed(set_time, client, make):
    owner = make_user()
    work = make(owner=owner)
    address = reverse("story" if work.kind == "story" else "question", args=[work.slug])
    set_time.go(days=2)
    review_dates.mark_reviewed(work, by=owner, next_by=TODAY + timedelta(days=7))
    set_time.go(days=5)
    assert b"Last checked" not in client.get(address).content
    set_time.go(days=1)
    page = client.get(address).content.decode()
    assert '<p>Last checked on <time datetime="2031-03-05">5\u00a0March</time></p>' in page
    told = Page(page)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(told.data)] == []
    assert [node["lastReviewed"] for node in nodes_in(told.graph) if "lastReviewed" in node] == ["2031-03-05"]


def test_an_old_edition_and_a_withdrawn_page_say_nothing_of_it(set_time, client, editor):
    story = make_published_story(owner=editor)
    review_dates.set_review_by(story, TODAY, by=editor)
    set_time.go(days=3)
    assert b"Last checked" not in client.get(reverse("story_edition", args=[story.slug, 1])).content
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    response = client.get(reverse("story", args=[story.slug]))
    assert response.status_code == 410
    assert b"Last checked" not in response.content


# Who is told ----------------------------------------------------------------------------------------------------------


def told(kind):
    return [(notice.person.username, notice.words) for notice in Notice.objects.filter(kind=kind).order_by("pk")]


@pytest.fixture
def due(set_time, owner):
    """Return a live story of the writer that has to be looked at in a week."""
    story = make_published_story(owner=owner)
    review_dates.set_review_by(story, TODAY + timedelta(days=7), by=owner)
    return story


def test_the_owner_is_reminded_once_two_days_before(set_time, due):
    set_time.go(days=4)
    assert review_dates.send_reminders(set_time()) == 0
    set_time.go(days=1)
    assert [review_dates.send_reminders(set_time()) for _ in range(3)] == [1, 0, 0]
    assert told("due") == [("writer", f"“{due}” has to be looked at by 10 March 2031.")]


def test_editors_hear_once_of_what_nobody_looked_at_for_three_days(set_time, due, editor):
    Notice.objects.all().delete()
    set_time.go(days=9)
    review_dates.send_reminders(set_time())
    assert told("escalation") == []
    set_time.go(days=1)
    assert [review_dates.send_reminders(set_time()) for _ in range(3)] == [1, 0, 0]
    assert ("editor", told("escalation")[0][1]) in told("escalation")
    assert "Nobody has looked at" in told("escalation")[0][1]
    assert "writer" not in {person for person, _ in told("escalation")}


def test_who_looked_in_time_is_the_last_to_hear_of_it(set_time, due, owner, editor):
    set_time.go(days=5)
    review_dates.send_reminders(set_time())
    review_dates.mark_reviewed(due, by=owner, next_by=TODAY + timedelta(days=60))
    set_time.go(days=20)
    assert review_dates.send_reminders(set_time()) == 0
    assert told("escalation") == []


def test_a_new_day_is_reminded_of_anew(set_time, due, owner):
    set_time.go(days=5)
    review_dates.send_reminders(set_time())
    review_dates.set_review_by(due, TODAY + timedelta(days=20), by=owner)
    set_time.go(days=14)
    assert review_dates.send_reminders(set_time()) == 1
    assert len(told("due")) == 2


def test_editors_hear_at_once_of_what_belongs_to_somebody_who_left(set_time, due, owner, editor):
    owner.is_active = False
    owner.save()
    set_time.go(days=5)
    assert [review_dates.send_reminders(set_time()) for _ in range(2)] == [1, 0]
    assert told("due") == []
    assert "It belongs to nobody who works here." in dict(told("escalation"))["editor"]


def test_nobody_is_told_of_what_readers_do_not_see(set_time, owner):
    draft, gone = make_story(owner=owner), make_published_story(owner=owner)
    for work in (draft, gone):
        review_dates.set_review_by(work, TODAY + timedelta(days=1), by=owner)
    publishing.withdraw(gone, by=make_user(), notice="It was wrong.")
    set_time.go(hours=1)
    assert review_dates.send_reminders(set_time()) == 0


def test_workers_look_after_it(set_time, due):
    set_time.go(days=6)
    periodic.run_checks(set_time())
    assert len(told("due")) == 1
