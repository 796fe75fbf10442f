"""Comparisons that ignore confirmations and decisions on proposed names. Any other change counts."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from stories.documents import CitedArticle, Explainer, NamedOutlet, NamedTopic, Passage, QuestionPage
from stories.documents.compare.confirmations import (
    copy_article_details,
    equal_except_confirmations,
    equal_except_decisions,
)

POST, WIRE, TOPIC = (UUID(int=number) for number in (1, 2, 3))
ROW, WORK, ARTICLE = (UUID(int=number) for number in (4, 5, 6))
PROPOSED = NamedOutlet(uid=None, name="Ansgar Wire")
CONFIRMED = NamedOutlet(uid=WIRE, name="Ansgar wire")
OTHER_NAME = NamedOutlet(uid=WIRE, name="The Wire")
KNOWN = NamedOutlet(uid=POST, name="The Lisle Post")


def explainer(*, outlets=(PROPOSED, KNOWN), outlet=PROPOSED, topics=None, text="It is closed.", article=(), **fields):
    proposed = NamedTopic(uid=ROW, topic=None, name="Harbours", description="A row of gates.")
    cited = {"number": 1, "article": ARTICLE, "url": "https://a.example/1", "title": "A count", "outlet": outlet}
    return Explainer(
        uid=WORK,
        slug="pier",
        passages=(Passage(uid=ROW, text=text, outlets=outlets),),
        topics=(proposed,) if topics is None else topics,
        citations=(CitedArticle(**(cited | dict(article))),),
        **fields,
    )


def topic(name="Harbours", topic_uid=TOPIC, **fields):
    return NamedTopic(**({"uid": ROW, "topic": topic_uid, "name": name, "description": "A row of gates."} | fields))


CONFIRMATIONS = {
    "the headline": {"headline_confirmed": True},
    "a text that is complete": {"cut_off": False},
    "a topic": {"topics": (topic("harbours"),)},
    "an outlet, which moves": {"outlets": (KNOWN, CONFIRMED)},
    "the outlet of an article": {"outlet": CONFIRMED},
    "all": {
        "headline_confirmed": True,
        "topics": (topic(),),
        "outlets": (CONFIRMED, KNOWN),
        "outlet": CONFIRMED,
    },
}
DECISIONS = {
    "a topic of another name": {"topics": (topic("Ports"),)},
    "a topic that was refused": {"topics": ()},
    "an outlet of another name": {"outlets": (KNOWN, OTHER_NAME)},
    "an outlet that was refused": {"outlets": (KNOWN,)},
    "the outlet of an article": {"outlet": OTHER_NAME},
}
CORRECTIONS = {
    "the title of an article": {"article": {"title": "Another count"}},
    "the date of an article": {"article": {"published_on": date(2026, 11, 9)}},
    "another outlet for an article": {"article": {"outlet": KNOWN, "paywalled": True}},
}
OTHER_CHANGES = {
    "a word": {"text": "It is open."},
    "the headline": {"headline": "Why it is open", "headline_confirmed": True},
    "a topic more": {"topics": (topic(), topic("Ports", uuid4(), uid=uuid4()))},
    "another proposed name": {"topics": (topic("Ports", None),)},
    "what is said of a topic": {"topics": (topic(description="A scandal."),)},
    "an outlet more": {"outlets": (PROPOSED, KNOWN, OTHER_NAME)},
    "an outlet more than was proposed": {"outlets": (CONFIRMED, KNOWN, NamedOutlet(uid=uuid4(), name="Radio Tessen"))},
    "another outlet for one that is known": {"outlets": (PROPOSED, OTHER_NAME)},
    "another article": {"article": {"article": uuid4(), "url": "https://a.example/2"}},
}


@pytest.mark.parametrize("confirmation", CONFIRMATIONS.values(), ids=CONFIRMATIONS.keys())
def test_a_confirmation_does_not_change_the_text(confirmation):
    before, after = explainer(cut_off=True), explainer(**confirmation)
    assert before != after
    assert equal_except_confirmations(before, after)
    assert equal_except_decisions(before, after)


@pytest.mark.parametrize("decision", DECISIONS.values(), ids=DECISIONS.keys())
def test_a_decision_on_a_name_is_not_a_confirmation_but_counts_as_a_decision(decision):
    assert not equal_except_confirmations(explainer(), explainer(**decision))
    assert equal_except_decisions(explainer(), explainer(**decision))


@pytest.mark.parametrize("correction", CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_article_details_can_be_excluded_from_the_comparison(correction):
    before, after = explainer(), explainer(**correction)
    assert not equal_except_confirmations(before, after)
    assert equal_except_decisions(copy_article_details(before, after), after)
    change = explainer(text="It is open.", **correction)
    assert not equal_except_decisions(copy_article_details(before, change), change)


@pytest.mark.parametrize("change", OTHER_CHANGES.values(), ids=OTHER_CHANGES.keys())
def test_any_other_change_is_a_change_of_the_text(change):
    assert not equal_except_confirmations(explainer(), explainer(**change))
    after = explainer(**change)
    assert not equal_except_decisions(copy_article_details(explainer(), after), after)


def test_a_confirmation_together_with_a_changed_word_is_a_change_of_the_text():
    after = explainer(**CONFIRMATIONS["all"], text="It is open.")
    assert not equal_except_confirmations(explainer(), after)
    assert not equal_except_decisions(explainer(), after)


def test_a_confirmed_topic_that_becomes_proposed_is_a_change_of_the_text():
    before = explainer(topics=(topic(),))
    assert not equal_except_decisions(before, explainer(topics=(topic("Harbours", None),)))


def test_the_wording_of_a_question_can_be_confirmed():
    before = QuestionPage(uid=WORK, slug="pier", question="Who closes it?")
    assert equal_except_confirmations(before, before.changed(question_confirmed=True))
    assert not equal_except_decisions(before, before.changed(question_confirmed=True, question="Who opens it?"))


def test_a_story_and_a_question_are_never_equal():
    assert not equal_except_decisions(Explainer(uid=WORK, slug="pier"), QuestionPage(uid=WORK, slug="pier"))
