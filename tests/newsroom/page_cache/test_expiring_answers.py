"""Answers expire by the clock alone: the first request after midnight says so, although the page was stored."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from newsroom.http.clock import start_of_day
from newsroom.page_cache.models import StoredPage
from stories.drafts import revisions
from stories.publishing import publish, schedule
from tests.factories import make_published_question, make_story, make_update, make_user
from tests.stories.public.structured_data.parse import Page

pytestmark = pytest.mark.django_db(transaction=True)
LAST_DAY = date(2031, 3, 20)
PAGE, API = "/questions/limits/", "/api/v1/questions/limits"
STORY, LIST = "/stories/pier/", "/questions/open/"
OPEN_SINCE = 'datetime="2031-02-09"'


def test_stored_pages_say_at_the_first_request_after_the_last_day_that_the_answer_may_have_changed(ask, set_time):
    make_published_question(
        slug="limits",
        answer_state="answered",
        short_answer="The harbour office decides.",
        short_answer_as_of=date(2031, 3, 3),
        short_answer_expires_on=LAST_DAY,
    )
    end = start_of_day(date(2031, 3, 21))
    for _ in range(2):  # while a page key has no version, a page is not stored
        answers = [ask(address).content.decode() for address in (PAGE, API)]
    assert set(StoredPage.objects.filter(address__in=[PAGE, API]).values_list("valid_until", flat=True)) == {end}
    assert "May have changed." not in answers[0]
    assert "acceptedAnswer" in Page(answers[0]).of_type("Question")
    assert json.loads(answers[1])["may_have_changed"] is False

    set_time.go(to=end)
    answers = [ask(address).content.decode() for address in (PAGE, API)]
    assert "May have changed." in answers[0]
    assert "Answered, may have changed" in answers[0]
    question = Page(answers[0]).of_type("Question")
    assert "acceptedAnswer" not in question
    assert question["suggestedAnswer"]["expires"] == "2031-03-20"
    assert json.loads(answers[1])["may_have_changed"] is True


def make_asked_question(set_time, **fields):
    """Publish a question that was open until an hour ago, and a story with an open item that links to it."""
    faq = make_published_question(slug="limits", answer_state="open", open_since=date(2031, 2, 9))
    story = make_story(slug="pier")
    text = f"- [open] [Who closed it?](question:{faq.uid}) (since 9 November)"
    story.sections.create(kind="unknowns", heading="What we don’t know yet", text=text, position=40)
    revisions.record_revision(story, by=None)
    publish(story, by=make_user())
    set_time.go(hours=1)
    for name, value in {"answer_state": "answered", "short_answer": "The harbour office.", **fields}.items():
        setattr(faq, name, value)
    faq.save()
    revisions.record_revision(faq, by=None)
    return faq


def read_stored(ask, *addresses):
    """Return the pages, which are stored: while a page key has no version, a page is not stored."""
    for _ in range(2):
        pages = [ask(address).content.decode() for address in addresses]
    assert StoredPage.objects.filter(address__in=addresses).count() == len(addresses)
    return pages


def test_stored_stories_and_lists_follow_an_answer_that_expires(ask, set_time):
    faq = make_asked_question(set_time, short_answer_expires_on=LAST_DAY)
    publish(faq, by=make_user(), change=make_update())
    assert not any("may have changed" in page for page in read_stored(ask, STORY, LIST))
    set_time.go(to=start_of_day(date(2031, 3, 21)))
    assert all("Answered, may have changed" in ask(address).content.decode() for address in (STORY, LIST))


def test_stored_stories_and_lists_show_a_scheduled_answer_at_its_moment_and_not_before(ask, set_time):
    faq = make_asked_question(set_time)
    moment = datetime(2031, 3, 10, 9, tzinfo=UTC)
    schedule(faq, at=moment, by=make_user(), change=make_update())
    for page in read_stored(ask, STORY, LIST):
        assert OPEN_SINCE in page
    set_time.go(to=moment - timedelta(seconds=1))
    assert all(OPEN_SINCE in ask(address).content.decode() for address in (STORY, LIST))
    set_time.go(to=moment)
    story, listed = (ask(address).content.decode() for address in (STORY, LIST))
    assert 'data-state="answered"' in story
    assert "Answered in the last 30 days" in listed
    assert not any(OPEN_SINCE in page for page in (story, listed))
