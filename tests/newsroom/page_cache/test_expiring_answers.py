"""Answers expire by the clock alone: the first request after midnight says so, although the page was stored."""

import json
from datetime import date

import pytest

from newsroom.http.clock import start_of_day
from newsroom.page_cache.models import StoredPage
from tests.factories import make_published_question
from tests.stories.public.structured_data.parse import Page

pytestmark = pytest.mark.django_db(transaction=True)
LAST_DAY = date(2031, 3, 20)
PAGE, API = "/questions/limits/", "/api/v1/questions/limits"


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
