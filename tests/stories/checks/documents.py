"""Factories for a story and a question that pass all checks, for their parts, and for variants."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from stories.documents import (
    SECTION_KINDS,
    Answer,
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)

COURIER = NamedOutlet(uid=uuid4(), name="The Lisle Courier")
WIRE = NamedOutlet(uid=uuid4(), name="Ansgar Wire")
RADIO = NamedOutlet(uid=uuid4(), name="Radio Tessen")
PROPOSED = NamedOutlet(uid=None, name="Tessen Evening Mail")
PIER = NamedTopic(uid=uuid4(), topic=uuid4(), name="North pier")
TEXTS = {
    "happened": "The harbour office closed the north pier on 9 November.[@1]",
    "behind": "Its third pillar is cracked, and 40 lorries a day have to go round.[@1]",
    "papers": "",
    "background": "A survey asked for a limit, which nobody put on a sign.",
}


def source(number: int = 1, outlet: NamedOutlet = COURIER, **fields: Any) -> CitedArticle:
    """Make a source that cites a new article."""
    url = f"https://courier.example/{number}"
    usual = {"number": number, "article": uuid4(), "outlet": outlet, "url": url, "title": "A crack"}
    return CitedArticle(**{**usual, "published_on": date(2026, 11, 9), **fields})


def passage(text: str, *outlets: NamedOutlet, sources: tuple[int, ...] = (), uid: UUID | None = None) -> Passage:
    """Make a passage."""
    return Passage(uid=uid or uuid4(), text=text, outlets=outlets, sources=sources)


def compared(*outlets: NamedOutlet) -> Claim:
    """Make a point on which these outlets say the same."""
    cells = tuple(Cell(uid=uuid4(), outlet=outlet, value="two") for outlet in outlets)
    return Claim(uid=uuid4(), claim="Cracked pillars", cells=cells)


def forecast(**fields: Any) -> Forecast:
    """Make a forecast."""
    return Forecast(uid=uuid4(), **{"speaker": "The mayor", "expected": "The pier opens.", **fields})


def picture(**fields: Any) -> PlacedPicture:
    """Make a picture with an alternative text and a credit."""
    return PlacedPicture(**{"uid": uuid4(), "image": uuid4(), "alt": "A pier", "credit": "Newsroom", **fields})


def sections(**texts: str) -> tuple[Section, ...]:
    """Make the four required sections. ``texts``, keyed by kind, replace the usual ones or add sections."""
    return tuple(
        Section(uid=uuid4(), kind=kind, heading=SECTION_KINDS[kind].heading, text=text)
        for kind, text in {**TEXTS, **texts}.items()
    )


def story(**fields: Any) -> Explainer:
    """Make a story that, by default, passes all checks."""
    return Explainer(
        **{
            "uid": uuid4(),
            "slug": "pier",
            "headline": "Why the north pier is closed",
            "headline_confirmed": True,
            "standfirst": "Lorries have to go round by the old quay.",
            "sections": sections(),
            "passages": (
                passage("The Lisle Courier counts the lorries that go round.", COURIER, sources=(1,)),
                passage("Ansgar Wire asks who signed for the pillar.", WIRE, sources=(2,)),
            ),
            "citations": (source(1), source(2, WIRE)),
            "topics": (PIER,),
            **fields,
        }
    )


def answer(
    text: str = "The harbour office pays for it.", question: str = "Is it the harbour office?", **fields: Any
) -> Answer:
    """Make an answer."""
    return Answer(uid=uuid4(), question=question, text=text, **fields)


SHORT_ANSWER = (
    "The harbour office pays for it, because it owns the pier and signed for the pillar when it was built, but the"
    " state may share the bill if ministers agree in spring.[@9]"
)


def question(**fields: Any) -> QuestionPage:
    """Make a question that, by default, passes all checks."""
    return QuestionPage(
        **{
            "uid": uuid4(),
            "slug": "who-pays",
            "question": "Who pays for the pillar?",
            "question_confirmed": True,
            "short_answer": SHORT_ANSWER,
            "short_answer_as_of": date(2031, 3, 20),
            "introduction": "Who decides on the money, and when.",
            "answers": (answer(),),
            "citations": (source(9, WIRE),),
            "topics": (PIER,),
            **fields,
        }
    )


def with_standfirst(text: str, **fields: Any) -> Explainer:
    """Make a story with ``text`` as its standfirst."""
    return story(standfirst=text, **fields)


def with_what_happened(text: str, **fields: Any) -> Explainer:
    """Make a story with ``text`` under *What’s happened*."""
    return story(sections=sections(happened=text), **fields)


def with_background(text: str, **fields: Any) -> Explainer:
    """Make a story with ``text`` under *What’s behind the headline?*"""
    return story(sections=sections(behind=text), **fields)


def with_passages(*texts: str, **fields: Any) -> Explainer:
    """Make a story with one passage for each of at most three ``texts``, each with a different outlet."""
    outlets = (COURIER, WIRE, RADIO)
    return story(passages=tuple(passage(text, outlet) for text, outlet in zip(texts, outlets, strict=False)), **fields)
