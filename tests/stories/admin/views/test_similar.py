"""What is said under a headline while it is typed."""

import pytest

from tests.factories import make_question, make_story

pytestmark = pytest.mark.django_db

TITLE = "Why the north pier stays closed to lorries"


def said(client, **asked):
    return client.get("/admin/similar/", {"q": TITLE, "language": "en", **asked}).json()


def test_a_headline_finds_stories_and_the_questions_that_come_close(editor_client):
    make_story(headline=TITLE)
    make_question(question="When will the north pier be open to lorries again?")
    answer = said(editor_client, kind="story")
    assert answer["said"] == "This may be the same story:"
    assert [each["title"] for each in answer["similar"]] == [
        TITLE, "When will the north pier be open to lorries again?"
    ]  # fmt: skip
    assert answer["similar"][1]["status"].startswith("A question. ")


def test_a_headline_that_only_questions_come_close_to_says_so(editor_client):
    make_question(question="When will the north pier be open to lorries again?")
    assert said(editor_client, kind="story")["said"] == "This question is close to it:"


def test_a_question_finds_questions_alone(editor_client):
    make_story(headline=TITLE)
    assert said(editor_client, kind="question") == {"message": "", "similar": []}
