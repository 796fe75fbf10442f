"""The lookup of similar works while a title is typed."""

import pytest

from tests.factories import make_question, make_story

pytestmark = pytest.mark.django_db

TITLE = "Why the north pier stays closed to lorries"


def find_similar(client, **query):
    return client.get("/admin/similar/", {"q": TITLE, "language": "en", **query}).json()


def test_a_headline_finds_similar_stories_and_questions(editor_client):
    make_story(headline=TITLE)
    make_question(question="When will the north pier be open to lorries again?")
    result = find_similar(editor_client, kind="story")
    assert result["said"] == "Possible duplicate:"
    assert [each["title"] for each in result["similar"]] == [
        TITLE, "When will the north pier be open to lorries again?"
    ]  # fmt: skip
    (question,) = find_similar(editor_client, kind="question")["similar"]
    assert question["standing"] == "Draft, owner: none"
    story, same_question = (each["standing"] for each in result["similar"])
    assert story == question["standing"], "Both are drafts of nobody."
    assert same_question == f"A question. {question['standing']}", "Among stories, a question is called one."


def test_a_headline_can_be_similar_to_questions_only(editor_client):
    make_question(question="When will the north pier be open to lorries again?")
    assert find_similar(editor_client, kind="story")["said"] == "Similar question:"


def test_a_question_finds_only_questions(editor_client):
    make_story(headline=TITLE)
    assert find_similar(editor_client, kind="question") == {"said": "", "similar": []}
