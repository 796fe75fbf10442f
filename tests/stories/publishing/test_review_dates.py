"""Review dates: setting them, recording a fact check, reminders, and the note for readers if a check is overdue."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.background import periodic
from newsroom.notifications.models import Notice
from newsroom.page_cache.dependencies import PageDependencies
from stories import publishing
from stories.models import Edition, Freshness, LastLook
from stories.public.pages.works.live_data import last_check_date
from stories.publishing import erase, review_dates
from stories.publishing.errors import InvalidStateError
from stories.publishing.review_dates import InvalidReviewDateError, NoOwnerError
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.factories import make_published_question, make_published_story, make_story, make_user
from tests.json_schema import list_schema_errors
from tests.stories.public.structured_data.parse import Page, nodes_in

pytestmark = pytest.mark.django_db

TODAY = MONDAY.date()
SCHEMA = json.loads((Path(settings.BASE_DIR) / "docs/schemas/structured-data.json").read_text(encoding="utf-8"))


@pytest.fixture
def owner(writer):
    return writer


def test_setting_a_review_date_is_written_to_the_audit_log(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    assert Freshness.objects.of(story.uid).review_by == date(2031, 4, 1)
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.by, event.after) == ("next look set", owner, {"review_by": "1 April 2031"})
    assert format_entry(event).startswith(f"{owner} ")
    assert "1 April 2031" in format_entry(event)


def test_setting_the_same_review_date_twice_is_logged_once(set_time, owner):
    story = make_story(owner=owner)
    for _ in range(2):
        review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    assert Event.objects.about(story.uid).with_verb("next look set").count() == 1


def test_a_fact_check_records_its_day_and_the_next_review_date(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, TODAY, by=owner)
    set_time.go(days=3)
    review_dates.mark_reviewed(story, by=owner, next_by=date(2031, 5, 1))
    freshness = Freshness.objects.of(story.uid)
    assert (freshness.checked_on, freshness.review_by) == (TODAY + timedelta(days=3), date(2031, 5, 1))
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.by, event.after) == ("checked", owner, {"review_by": "1 May 2031"})
    assert "1 May 2031" in format_entry(event)


def test_clearing_the_review_date_is_logged(set_time, owner):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    review_dates.set_review_by(story, None, by=owner)
    assert Freshness.objects.of(story.uid).review_by is None
    event = Event.objects.about(story.uid).first()
    assert (event.verb, event.by, event.before) == ("next look cleared", owner, {"review_by": "1 April 2031"})


def test_a_work_without_an_owner_cannot_have_a_review_date(set_time, editor):
    with pytest.raises(NoOwnerError):
        review_dates.set_review_by(make_story(), date(2031, 4, 1), by=editor)


@pytest.mark.parametrize("day", [TODAY - timedelta(days=1), date(9999, 12, 31)])
def test_an_impossible_review_date_is_refused(set_time, owner, day):
    with pytest.raises(InvalidReviewDateError):
        review_dates.set_review_by(make_story(owner=owner), day, by=owner)


def test_a_user_who_may_not_edit_cannot_set_the_review_date(set_time, owner, curator):
    story = make_story(owner=owner)
    with pytest.raises(NotAllowedError):
        review_dates.set_review_by(story, date(2031, 4, 1), by=curator)
    with pytest.raises(NotAllowedError):
        review_dates.mark_reviewed(story, by=curator, next_by=None)
    assert not Freshness.objects.exists()


def test_a_work_in_the_trash_cannot_be_marked_as_reviewed(set_time, owner):
    story = make_story(owner=owner)
    trash.move_to_trash(story, by=owner)
    with pytest.raises(InvalidStateError):
        review_dates.mark_reviewed(story, by=owner, next_by=None)


def test_erasing_a_work_deletes_its_review_date(set_time, owner, administrator, editor):
    story = make_story(owner=owner)
    review_dates.set_review_by(story, date(2031, 4, 1), by=owner)
    LastLook.objects.record_reading(story, by=editor, number=1, at=MONDAY)
    erase.erase_work(story, by=administrator, reason="An order of the court.")
    assert not Freshness.objects.exists()
    assert not LastLook.objects.exists()


# The note for readers -------------------------------------------------------------------------------------------------


@given(st.dates(date(2030, 1, 1), date(2032, 1, 1)), st.none() | st.dates(date(2030, 1, 1), TODAY))
def test_without_a_check_a_day_is_shown_only_if_one_is_overdue(review_by, checked_on):
    edition = Edition(updated_at=MONDAY - timedelta(days=100))
    edition.review_by, edition.checked_on = review_by, checked_on
    dependencies = PageDependencies(at=MONDAY)
    shown_date = last_check_date(edition, dependencies=dependencies)
    is_pending = checked_on is None and review_by >= TODAY
    assert (dependencies.valid_until <= MONDAY.replace(year=2040)) == is_pending
    assert (shown_date is None) == is_pending
    assert shown_date is None or shown_date <= TODAY
    assert shown_date is None or checked_on is None or shown_date >= checked_on


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_a_page_shows_the_day_of_its_last_check(set_time, client, make):
    owner = make_user()
    work = make(owner=owner)
    address = reverse("story" if work.kind == "story" else "question", args=[work.slug])
    set_time.go(days=2)
    assert '<time datetime="2031-03-05">' not in client.get(address).content.decode()
    review_dates.mark_reviewed(work, by=owner, next_by=TODAY + timedelta(days=7))
    page = client.get(address).content.decode()
    assert '<time datetime="2031-03-05">5\u00a0March</time></' in page
    parsed_page = Page(page)
    assert list_schema_errors(parsed_page.data, SCHEMA) == []
    assert [node["lastReviewed"] for node in nodes_in(parsed_page.graph) if "lastReviewed" in node] == ["2031-03-05"]


def test_old_editions_and_withdrawn_pages_do_not_show_the_day_of_the_last_check(set_time, client, editor):
    story = make_published_story(owner=editor)
    review_dates.set_review_by(story, TODAY, by=editor)
    set_time.go(days=3)
    shown_date = f'<time datetime="{TODAY.isoformat()}">'
    assert shown_date in client.get(reverse("story", args=[story.slug])).content.decode()
    assert shown_date not in client.get(reverse("story_edition", args=[story.slug, 1])).content.decode()
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    response = client.get(reverse("story", args=[story.slug]))
    assert response.status_code == 410
    assert shown_date not in response.content.decode()


# Reminders ------------------------------------------------------------------------------------------------------------


def list_notices(kind):
    return [(notice.person.username, notice.words) for notice in Notice.objects.filter(kind=kind).order_by("pk")]


@pytest.fixture
def story_due_in_a_week(set_time, owner):
    """Return a live story that the writer owns and that is due for review in a week."""
    story = make_published_story(owner=owner)
    review_dates.set_review_by(story, TODAY + timedelta(days=7), by=owner)
    return story


def test_the_owner_is_reminded_once_two_days_before_the_review_date(set_time, story_due_in_a_week):
    set_time.go(days=4)
    assert review_dates.send_reminders(set_time()) == 0
    set_time.go(days=1)
    assert [review_dates.send_reminders(set_time()) for _ in range(3)] == [1, 0, 0]
    ((person, words),) = list_notices("due")
    assert person == "writer"
    assert str(story_due_in_a_week) in words
    assert "10 March 2031" in words


def test_editors_are_notified_once_when_a_review_is_three_days_overdue(set_time, story_due_in_a_week, editor):
    Notice.objects.all().delete()
    set_time.go(days=9)
    review_dates.send_reminders(set_time())
    assert list_notices("escalation") == []
    set_time.go(days=1)
    assert [review_dates.send_reminders(set_time()) for _ in range(3)] == [1, 0, 0]
    notices = dict(list_notices("escalation"))
    assert str(story_due_in_a_week) in notices["editor"]
    assert "10 March 2031" in notices["editor"]
    assert "writer" not in notices


def test_a_timely_review_stops_reminders_and_escalation(set_time, story_due_in_a_week, owner, editor):
    set_time.go(days=5)
    review_dates.send_reminders(set_time())
    review_dates.mark_reviewed(story_due_in_a_week, by=owner, next_by=TODAY + timedelta(days=60))
    set_time.go(days=20)
    assert review_dates.send_reminders(set_time()) == 0
    assert list_notices("escalation") == []


def test_a_new_review_date_gets_its_own_reminder(set_time, story_due_in_a_week, owner):
    set_time.go(days=5)
    review_dates.send_reminders(set_time())
    review_dates.set_review_by(story_due_in_a_week, TODAY + timedelta(days=20), by=owner)
    set_time.go(days=14)
    assert review_dates.send_reminders(set_time()) == 1
    assert len(list_notices("due")) == 2


def test_editors_are_reminded_instead_of_an_inactive_owner(set_time, story_due_in_a_week, owner, editor):
    owner.is_active = False
    owner.save()
    set_time.go(days=5)
    assert [review_dates.send_reminders(set_time()) for _ in range(2)] == [1, 0]
    assert list_notices("due") == []
    assert "It has no active owner." in dict(list_notices("escalation"))["editor"]


def test_works_that_are_not_live_get_no_reminders(set_time, owner):
    draft, withdrawn = make_story(owner=owner), make_published_story(owner=owner)
    for work in (draft, withdrawn):
        review_dates.set_review_by(work, TODAY + timedelta(days=1), by=owner)
    publishing.withdraw(withdrawn, by=make_user(), notice="It was wrong.")
    set_time.go(hours=1)
    assert review_dates.send_reminders(set_time()) == 0


@pytest.mark.django_db(transaction=True)
def test_the_worker_sends_reminders(set_time, story_due_in_a_week):
    set_time.go(days=6)
    periodic.run_checks(set_time())
    assert len(list_notices("due")) == 1
