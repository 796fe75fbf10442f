"""Factories for small documents to compare. A test passes only the fields that matter to it."""

from uuid import UUID, uuid5

from stories.documents import (
    Answer,
    AskedQuestion,
    Cell,
    CitedArticle,
    Claim,
    Explainer,
    Forecast,
    NamedContributor,
    NamedOutlet,
    NamedTopic,
    Passage,
    PlacedPicture,
    QuestionPage,
    Section,
)

_SPACE = UUID("6f2d1f5e-6a9f-4a59-8f5c-0a3c7c4f1f11")
KINDS = {"happened": "What’s happened", "behind": "What’s behind the headline?", "papers": "What the papers say"}


def make_uid(name: str) -> UUID:
    """Return a uid that is derived from ``name``."""
    return uuid5(_SPACE, name)


def make_section(text: str, kind: str = "happened", **more: object) -> Section:
    """Return a section of a kind, with a uid derived from the kind."""
    return Section.model_validate(
        {"uid": make_uid(kind), "kind": kind, "heading": KINDS.get(kind, kind), "text": text} | more
    )


def make_passage(text: str, outlet: str = "Ansgar Wire", **more: object) -> Passage:
    """Return a passage of an outlet, with a uid derived from the outlet's name."""
    outlets = (NamedOutlet(uid=make_uid(outlet), name=outlet),) if outlet else ()
    return Passage.model_validate({"uid": make_uid(f"passage {outlet}"), "text": text, "outlets": outlets} | more)


def make_citation(number: int, title: str = "", **more: object) -> CitedArticle:
    """Return a citation."""
    return CitedArticle.model_validate(
        {
            "number": number,
            "article": make_uid(f"article {number}"),
            "outlet": NamedOutlet(uid=make_uid("Ansgar Wire"), name="Ansgar Wire"),
            "url": f"https://wire.example/{number}",
            "title": title or f"Report {number}",
        }
        | more
    )


def make_topic(name: str, **more: object) -> NamedTopic:
    """Return a topic."""
    return NamedTopic.model_validate({"uid": make_uid(name), "topic": make_uid(f"topic {name}"), "name": name} | more)


def make_asked_question(question: str, **more: object) -> AskedQuestion:
    """Return a question in a story."""
    return AskedQuestion.model_validate({"uid": make_uid(question), "question": question} | more)


def make_answer(question: str, text: str, **more: object) -> Answer:
    """Return an answer, with a uid derived from its question."""
    return Answer.model_validate({"uid": make_uid(question), "question": question, "text": text} | more)


def make_cell(outlet: str = "Ansgar Wire", value: str = "", **more: object) -> Cell:
    """Return what an outlet says, with a uid derived from the outlet's name."""
    named = NamedOutlet(uid=make_uid(outlet), name=outlet)
    return Cell.model_validate({"uid": make_uid(f"cell {outlet}"), "outlet": named, "value": value} | more)


def make_claim(*cells: Cell, claim: str = "Homes emptied", **more: object) -> Claim:
    """Return a claim, with a uid derived from its words."""
    return Claim.model_validate({"uid": make_uid(claim), "claim": claim, "cells": cells} | more)


def make_forecast(expected: str = "The tunnel opens.", **more: object) -> Forecast:
    """Return a forecast, with a uid derived from what is expected."""
    fields = {"uid": make_uid(expected), "speaker": "Finance ministry", "expected": expected}
    return Forecast.model_validate(fields | more)


def make_picture(name: str, **more: object) -> PlacedPicture:
    """Return a picture."""
    return PlacedPicture.model_validate({"uid": make_uid(name), "image": make_uid(f"image {name}"), "alt": name} | more)


def make_contributor(name: str) -> NamedContributor:
    """Return a contributor in the byline."""
    return NamedContributor(uid=make_uid(name), name=name)


def make_story(happened: str = "The sea came in at three.", **more: object) -> Explainer:
    """Return a story, by default with a single section whose text is ``happened``."""
    fields = {
        "uid": make_uid("story"),
        "slug": "kelmar",
        "headline": "Why Kelmar stood open",
        "sections": (make_section(happened),),
    }
    return Explainer.model_validate(fields | more)


def make_page(**more: object) -> QuestionPage:
    """Return a question page."""
    return QuestionPage.model_validate(
        {"uid": make_uid("page"), "slug": "owner", "question": "Who owns the barrier?"} | more
    )
