"""Comparing documents regardless of the names of their outlets, topics and contributors."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest

from stories.documents import (
    CitedArticle,
    Explainer,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Passage,
    QuestionPage,
    equal_except_names,
)
from stories.documents.compare import compare
from stories.documents.walk import list_texts
from tests.stories.documents.full_documents import PAGE, STORY

OUTLET, TOPIC, PERSON = (UUID(int=number) for number in (1, 2, 3))
ROW, WORK = UUID(int=4), UUID(int=5)


def explainer(*, outlet="The Lisle Post", topic="Harbours", person="Ana Kestrel", text="It is closed.", uid=OUTLET):
    named = NamedOutlet(uid=uid, name=outlet)
    return Explainer(
        uid=WORK,
        slug="pier",
        byline=(NamedContributor(uid=PERSON, name=person),),
        passages=(Passage(uid=ROW, text=text, outlets=(named,)),),
        topics=(NamedTopic(uid=ROW, topic=TOPIC, name=topic),),
        citations=(CitedArticle(number=1, article=ROW, outlet=named, url="https://a.example/1", title="A count"),),
    )


@pytest.mark.parametrize("renamed", ["outlet", "topic", "person"])
def test_a_new_name_of_the_same_entity_does_not_change_the_text(renamed):
    assert equal_except_names(explainer(), explainer(**{renamed: "Another name"}))
    assert explainer() != explainer(**{renamed: "Another name"})


def test_a_changed_word_changes_the_text():
    assert not equal_except_names(explainer(), explainer(text="It is open."))


def test_another_entity_of_the_same_name_changes_the_text():
    assert not equal_except_names(explainer(), explainer(uid=uuid4()))


def test_a_proposed_name_is_compared_as_text():
    assert equal_except_names(explainer(uid=None), explainer(uid=None))
    assert not equal_except_names(explainer(uid=None), explainer(uid=None, outlet="Another name"))


def test_a_new_topic_name_does_not_change_a_question_page():
    def page(name: str) -> QuestionPage:
        return QuestionPage(uid=WORK, slug="pier", topics=(NamedTopic(uid=ROW, topic=TOPIC, name=name),))

    assert equal_except_names(page("Harbours"), page("Ports"))


def test_a_story_and_a_question_are_never_equal():
    assert not equal_except_names(Explainer(uid=WORK, slug="pier"), QuestionPage(uid=WORK, slug="pier"))


RAW = re.compile(r"\d{4}-\d\d-\d\d|[0-9a-f]{8}-[0-9a-f]{4}|\b(True|False|None)\b")


@pytest.mark.parametrize("document", [STORY, PAGE.changed(short_answer_as_of=date(2031, 3, 20))])
def test_texts_at_the_desk_contain_no_raw_values(document):
    texts = [each.text for each in list_texts(document)]
    assert [text for text in texts if "20 March 2031" in text]
    assert [text for text in texts if RAW.search(text)] == []


def test_a_comparison_names_languages():
    changed = repr(compare(STORY, STORY.changed(language="de")))
    assert "English (en)" in changed
    assert "German (de)" in changed
