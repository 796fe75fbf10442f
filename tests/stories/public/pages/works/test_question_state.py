"""The state of a question and the validity of its answers, on its page, in its structured data and in the API."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from newsroom.http.clock import start_of_day
from newsroom.page_cache.dependencies import PageDependencies
from stories.drafts import revisions
from stories.editions.review_date import Freshness
from stories.public.pages.works.question import QuestionPage
from stories.publishing import publish
from tests.factories import make_published_question, make_question, make_update, make_user
from tests.stories.public.structured_data.parse import Page

pytestmark = pytest.mark.django_db
SHORT_ANSWER = "The harbour office decides."
AS_OF, NEXT_CHECK, LAST_DAY = date(2031, 3, 3), date(2031, 3, 12), date(2031, 3, 20)


def publish_question(*, expires_on=(), states=(), **fields):
    """Publish a question whose answers expire on these days and have these states."""
    faq = make_question(slug="limits", answers=max(len(expires_on), len(states), 1), **fields)
    for number, answer in enumerate(faq.answers.all()):
        answer.expires_on = expires_on[number] if expires_on else None
        answer.state = states[number] if states else ""
        answer.save()
    revisions.record_revision(faq, by=None)
    publish(faq, by=make_user())
    return faq


def load(day: date) -> QuestionPage:
    return QuestionPage.load("limits", at=datetime.combine(day, datetime.min.time(), tzinfo=UTC).replace(hour=12))


def read(client, address="/questions/limits/") -> str:
    """Return the text of a page, without its elements."""
    return " ".join(re.sub(r"<[^>]*>", "", client.get(address).content.decode()).split())


def describe(client) -> dict[str, Any]:
    return Page(client.get("/questions/limits/").content.decode()).of_type("Question")


@pytest.fixture(autouse=True)
def in_march(set_time):
    return set_time


def test_an_open_question_says_since_when_and_what_would_answer_it_and_has_no_answer(client):
    publish_question(
        answer_state="open",
        open_since=date(2031, 2, 9),
        missing="The log of the *pillar*.",
        could_answer="The harbour office.",
        short_answer=SHORT_ANSWER,
    )
    page = read(client)
    assert "Not known yet · open since 9 February" in page
    assert "What would answer it: The log of the pillar." in page
    assert "Who could say: The harbour office." in page
    assert SHORT_ANSWER not in page
    assert "First answered" not in page
    question = describe(client)
    assert question["answerCount"] == 0
    assert not {"acceptedAnswer", "suggestedAnswer"} & question.keys()


def test_an_answered_question_no_longer_says_what_would_answer_it():
    publish_question(
        answer_state="answered",
        open_since=date(2031, 2, 9),
        missing="The log.",
        could_answer="The office.",
        short_answer=SHORT_ANSWER,
    )
    page = load(AS_OF)
    assert (page.state_label, page.open_since, page.missing_html, page.could_answer) == ("Answered", None, "", "")


@pytest.mark.parametrize(
    ("state", "key"), [("", "acceptedAnswer"), ("answered", "acceptedAnswer"), ("partly", "suggestedAnswer")]
)
def test_only_an_answer_that_is_known_is_accepted(client, state, key):
    publish_question(answer_state=state, short_answer=SHORT_ANSWER, short_answer_expires_on=LAST_DAY)
    question = describe(client)
    assert {"acceptedAnswer", "suggestedAnswer"} & question.keys() == {key}
    assert question[key]["expires"] == "2031-03-20"


def test_an_answer_without_text_is_no_answer_for_programs(client):
    faq = make_question(slug="limits", answers=1, answer_state="open", missing="The log.")
    faq.answers.update(text="")
    revisions.record_revision(faq, by=None)
    publish(faq, by=make_user())
    (part,) = describe(client)["hasPart"]
    assert part["answerCount"] == 0
    assert "acceptedAnswer" not in part


def test_an_answer_is_valid_through_its_last_day(set_time, client):
    publish_question(expires_on=[LAST_DAY, date(2031, 3, 30)], states=["", "open"])
    assert [each.may_have_changed for each in load(LAST_DAY).answers] == [False, False]
    assert [each.may_have_changed for each in load(date(2031, 3, 21)).answers] == [True, False]
    set_time.go(to=start_of_day(date(2031, 3, 21)))
    first, second = describe(client)["hasPart"]
    assert first["suggestedAnswer"]["expires"] == "2031-03-20"
    assert second["answerCount"] == 0
    page = read(client)
    assert page.count("May have changed. True on 9 November 2026; due for another check by 20 March.") == 1
    answers = client.get("/api/v1/questions/limits").json()["answers"]
    assert [(each["state"], each["may_have_changed"]) for each in answers] == [("", True), ("open", False)]


@pytest.mark.parametrize(
    ("short_expiry", "expiries", "expected"),
    [
        (LAST_DAY, [None, None], "Answered, may have changed"),
        (LAST_DAY, [date(2031, 3, 30)], "Answered, may have changed"),
        (None, [LAST_DAY, None], "Answered, may have changed"),
        (None, [LAST_DAY, date(2031, 3, 30)], "Answered"),
        (None, [None], "Answered"),
    ],
)
def test_an_answered_question_may_have_changed_once_the_short_or_every_dated_answer_expired(
    short_expiry, expiries, expected
):
    publish_question(
        answer_state="answered",
        short_answer=SHORT_ANSWER,
        short_answer_expires_on=short_expiry,
        expires_on=expiries,
    )
    assert load(LAST_DAY).state_label == "Answered"
    assert load(date(2031, 3, 21)).state_label == expected


def test_the_next_check_is_the_earliest_day_to_come_and_ends_the_stored_page():
    faq = publish_question(
        answer_state="partly",
        short_answer=SHORT_ANSWER,
        short_answer_expires_on=date(2031, 3, 25),
        expires_on=[LAST_DAY, None],
    )
    assert load(LAST_DAY).next_check == LAST_DAY
    assert load(date(2031, 3, 21)).next_check == date(2031, 3, 25)
    assert load(date(2031, 3, 26)).next_check is None
    Freshness.objects.update_or_create(uid=faq.uid, defaults={"review_by": NEXT_CHECK, "checked_on": AS_OF})
    dependencies = PageDependencies(at=datetime(2031, 3, 10, 12, tzinfo=UTC))
    page = QuestionPage.load("limits", at=dependencies.at, dependencies=dependencies)
    assert (page.checked_on, page.next_check) == (AS_OF, NEXT_CHECK)
    assert dependencies.valid_until == start_of_day(date(2031, 3, 13))


def test_the_last_day_of_the_calendar_never_ends():
    publish_question(expires_on=[date.max])
    assert load(LAST_DAY).next_check == date.max


def test_an_old_edition_shows_its_answers_as_readers_last_saw_them(client, set_time):
    faq = publish_question(answer_state="answered", short_answer=SHORT_ANSWER, short_answer_expires_on=LAST_DAY)
    set_time.go(to=datetime(2031, 3, 10, tzinfo=UTC))
    faq.short_answer = "The state decides."
    faq.save()
    revisions.record_revision(faq, by=None)
    publish(faq, by=make_user(), change=make_update())
    set_time.go(to=datetime(2031, 4, 10, tzinfo=UTC))
    assert "May have changed. Due for another check by 20 March." in read(client)
    assert "May have changed" not in read(client, "/questions/limits/history/1/")


def test_a_question_without_a_state_has_no_line_for_it_and_an_unchanged_edition(client):
    faq = make_published_question(slug="limits", missing="The log.", could_answer="The office.")
    page = client.get("/questions/limits/").content.decode()
    assert "state-mark" not in page
    assert "What would answer it" not in page
    fragments = faq.editions.get().fragments
    new = {"state", "open_since", "missing_html", "could_answer", "short_answer_expires_on"}
    assert not new & fragments.keys()
    assert not {"state", "expires_on"} & fragments["answers"][0].keys()
