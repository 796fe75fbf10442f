"""Each check: a document that trips it, and the same one mended."""

from uuid import uuid4

import pytest

from stories import checks
from stories.checks import Context, Level
from stories.documents import (
    STARTING_KINDS,
    Answer,
    CitedArticle,
    Explainer,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)

WIRE = NamedOutlet(uid=uuid4(), name="Ansgar Wire")
COURIER = NamedOutlet(uid=uuid4(), name="The Lisle Courier")
PIER = NamedTopic(uid=uuid4(), topic=uuid4(), name="North pier")


def good_story(**fields):
    return Explainer(
        **{
            "uid": uuid4(),
            "slug": "pier",
            "headline": "Why the north pier is closed",
            "headline_confirmed": True,
            "sections": tuple(
                Section(
                    uid=uuid4(), kind=kind.code, heading=kind.heading, text="" if kind.code == "papers" else "A crack."
                )
                for kind in STARTING_KINDS
            ),
            "passages": (
                Passage(uid=uuid4(), text="The Lisle Courier has no article on lorries.", outlets=(COURIER,)),
                Passage(uid=uuid4(), text="Ansgar Wire counted eleven of them on the air.", outlets=(WIRE,)),
            ),
            "topics": (PIER,),
            **fields,
        }
    )


def good_question(**fields):
    return QuestionPage(
        **{
            "uid": uuid4(),
            "slug": "who-pays",
            "question": "Who pays for the pillar?",
            "question_confirmed": True,
            "answers": (Answer(uid=uuid4(), question="Is it the harbour office?", text="Yes."),),
            "topics": (PIER,),
            **fields,
        }
    )


def section(text):
    return (Section(uid=uuid4(), kind="happened", heading="What’s happened", text=text),)


def cited(outlet=COURIER):
    return (CitedArticle(number=1, article=uuid4(), outlet=outlet, url="https://courier.example/1", title="A crack"),)


def picture(**fields):
    return PlacedPicture(**{"uid": uuid4(), "image": uuid4(), "alt": "A pier", "credit": "Newsroom", **fields})


PROPOSED = NamedOutlet(uid=None, name="Radio Tessen")

TRIPPED = [
    ("headline.given", Level.BLOCKER, good_story(headline="")),
    ("headline.confirmed", Level.BLOCKER, good_story(headline_confirmed=False)),
    ("headline.length", Level.BLOCKER, good_story(headline="Pier")),
    ("headline.length", Level.BLOCKER, good_story(headline="Pier " * 30)),
    ("text.half", Level.BLOCKER, good_story(cut_off=True)),
    ("text.half", Level.BLOCKER, good_question(cut_off=True)),
    ("sections.present", Level.BLOCKER, good_story(sections=section("A crack."))),
    ("summary.length", Level.BLOCKER, good_story(standfirst="word " * 61)),
    ("passages.text", Level.BLOCKER, good_story(passages=(Passage(uid=uuid4(), text=" "),))),
    ("question.given", Level.BLOCKER, good_question(question="")),
    ("question.confirmed", Level.BLOCKER, good_question(question_confirmed=False)),
    ("question.answers", Level.BLOCKER, good_question(answers=())),
    ("question.answers", Level.BLOCKER, good_question(answers=(Answer(uid=uuid4(), question="Is it?", text=""),))),
    ("question.mark", Level.BLOCKER, good_question(question="Who pays for the pillar")),
    ("topics.confirmed", Level.BLOCKER, good_story(topics=(NamedTopic(uid=uuid4(), topic=None, name="Pier"),))),
    ("question.topic", Level.WARNING, good_question(topics=())),
    ("outlets.confirmed", Level.BLOCKER, good_story(passages=(Passage(uid=uuid4(), text="T.", outlets=(PROPOSED,)),))),
    ("citations.outlet", Level.BLOCKER, good_story(citations=cited(PROPOSED))),
    ("citations.known", Level.BLOCKER, good_story(citations=cited(), standfirst="A crack.[@2]")),
    ("pictures.alt", Level.BLOCKER, good_story(lead_picture=picture(alt=""))),
    ("pictures.alt", Level.BLOCKER, good_question(pictures=(picture(alt=" "),))),
    ("pictures.credit", Level.WARNING, good_story(pictures=(picture(credit=""),))),
    ("text.placeholder", Level.BLOCKER, good_story(standfirst="The cost is TK.")),
    ("text.placeholder", Level.BLOCKER, good_story(method_note="Lorem ipsum dolor.")),
]


@pytest.mark.parametrize(("code", "level", "document"), TRIPPED)
def test_a_check_finds_what_it_is_there_for(code, level, document):
    found = [finding for finding in checks.findings(document, Context()) if finding.code == code]
    assert [finding.level for finding in found] == [level] * len(found)
    assert found
    assert all(finding.message.endswith(".") and finding.anchor for finding in found)


@pytest.mark.parametrize(
    "document",
    [
        good_story(),
        good_question(),
        good_story(citations=cited(), standfirst="A crack.[@1]", lead_picture=picture()),
        good_story(lead_picture=picture(alt="", decorative=True)),
        good_question(question="من يدفع ثمن العمود؟"),
        good_story(standfirst="The tk-3 gauge of the todo list."),
    ],
)
def test_a_good_document_has_no_findings(document):
    assert checks.findings(document, Context()) == ()


def test_blockers_come_first():
    levels = [
        finding.level for finding in checks.findings(good_story(headline="", topics=(), standfirst="TK"), Context())
    ]
    assert levels == sorted(levels, key=list(Level).index)
    assert levels[0] is Level.BLOCKER
