"""What an editor confirms is no other text, what they decide on names is no writing, and all else is."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from stories.documents import CitedArticle, Explainer, NamedOutlet, NamedTopic, Passage, QuestionPage
from stories.documents.compare.confirmations import (
    equal_except_confirmations,
    equal_except_decisions,
    with_article_details_of,
)

POST, WIRE, TOPIC = (UUID(int=number) for number in (1, 2, 3))
ROW, WORK, ARTICLE = (UUID(int=number) for number in (4, 5, 6))
PROPOSED = NamedOutlet(uid=None, name="Ansgar Wire")
CONFIRMED = NamedOutlet(uid=WIRE, name="Ansgar wire")
ANOTHER = NamedOutlet(uid=WIRE, name="The Wire")
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


def topic(name="Harbours", of=TOPIC, **fields):
    return NamedTopic(**({"uid": ROW, "topic": of, "name": name, "description": "A row of gates."} | fields))


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
    "an outlet of another name": {"outlets": (KNOWN, ANOTHER)},
    "an outlet that was refused": {"outlets": (KNOWN,)},
    "the outlet of an article": {"outlet": ANOTHER},
}
CORRECTIONS = {
    "the title of an article": {"article": {"title": "Another count"}},
    "the date of an article": {"article": {"published_on": date(2026, 11, 9)}},
    "another outlet for an article": {"article": {"outlet": KNOWN, "paywalled": True}},
}
WRITING = {
    "a word": {"text": "It is open."},
    "the headline": {"headline": "Why it is open", "headline_confirmed": True},
    "a topic more": {"topics": (topic(), topic("Ports", uuid4(), uid=uuid4()))},
    "another proposed name": {"topics": (topic("Ports", None),)},
    "what is said of a topic": {"topics": (topic(description="A scandal."),)},
    "an outlet more": {"outlets": (PROPOSED, KNOWN, ANOTHER)},
    "an outlet more than was proposed": {"outlets": (CONFIRMED, KNOWN, NamedOutlet(uid=uuid4(), name="Radio Tessen"))},
    "another outlet for one that is known": {"outlets": (PROPOSED, ANOTHER)},
    "another article": {"article": {"article": uuid4(), "url": "https://a.example/2"}},
}


@pytest.mark.parametrize("confirmed", CONFIRMATIONS.values(), ids=CONFIRMATIONS.keys())
def test_what_is_only_confirmed_is_no_other_text(confirmed):
    before, after = explainer(cut_off=True), explainer(**confirmed)
    assert before != after
    assert equal_except_confirmations(before, after)
    assert equal_except_decisions(before, after)


@pytest.mark.parametrize("decided", DECISIONS.values(), ids=DECISIONS.keys())
def test_what_becomes_of_names_is_read_again_and_no_writing(decided):
    assert not equal_except_confirmations(explainer(), explainer(**decided))
    assert equal_except_decisions(explainer(), explainer(**decided))


@pytest.mark.parametrize("corrected", CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_what_is_said_of_an_article_can_be_compared_apart(corrected):
    before, after = explainer(), explainer(**corrected)
    assert not equal_except_confirmations(before, after)
    assert equal_except_decisions(with_article_details_of(before, after), after)
    written = explainer(text="It is open.", **corrected)
    assert not equal_except_decisions(with_article_details_of(before, written), written)


@pytest.mark.parametrize("written", WRITING.values(), ids=WRITING.keys())
def test_everything_else_is_writing(written):
    assert not equal_except_confirmations(explainer(), explainer(**written))
    after = explainer(**written)
    assert not equal_except_decisions(with_article_details_of(explainer(), after), after)


def test_a_confirmation_beside_a_word_is_writing():
    after = explainer(**CONFIRMATIONS["all"], text="It is open.")
    assert not equal_except_confirmations(explainer(), after)
    assert not equal_except_decisions(explainer(), after)


def test_a_topic_of_the_list_that_is_only_proposed_now_is_writing():
    before = explainer(topics=(topic(),))
    assert not equal_except_decisions(before, explainer(topics=(topic("Harbours", None),)))


def test_the_wording_of_a_question_is_confirmed_too():
    before = QuestionPage(uid=WORK, slug="pier", question="Who closes it?")
    assert equal_except_confirmations(before, before.changed(question_confirmed=True))
    assert not equal_except_decisions(before, before.changed(question_confirmed=True, question="Who opens it?"))


def test_a_story_and_a_question_are_never_the_same():
    assert not equal_except_decisions(Explainer(uid=WORK, slug="pier"), QuestionPage(uid=WORK, slug="pier"))
