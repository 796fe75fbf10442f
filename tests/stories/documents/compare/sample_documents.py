"""Factories for small documents to compare. A test passes only the fields that matter to it."""

from uuid import UUID, uuid5

from stories.documents import (
    Answer,
    AskedQuestion,
    CitedArticle,
    Explainer,
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


def uid(name: str) -> UUID:
    """Return the uid for a name, which is always the same."""
    return uuid5(_SPACE, name)


def section(text: str, kind: str = "happened", **more: object) -> Section:
    """Return a section of a kind, with a uid derived from the kind."""
    return Section.model_validate(
        {"uid": uid(kind), "kind": kind, "heading": KINDS.get(kind, kind), "text": text} | more
    )


def passage(text: str, outlet: str = "Ansgar Wire", **more: object) -> Passage:
    """Return a passage of an outlet, with a uid derived from the outlet's name."""
    outlets = (NamedOutlet(uid=uid(outlet), name=outlet),) if outlet else ()
    return Passage.model_validate({"uid": uid(f"passage {outlet}"), "text": text, "outlets": outlets} | more)


def source(number: int, title: str = "", **more: object) -> CitedArticle:
    """Return a citation."""
    return CitedArticle.model_validate(
        {
            "number": number,
            "article": uid(f"article {number}"),
            "outlet": NamedOutlet(uid=uid("Ansgar Wire"), name="Ansgar Wire"),
            "url": f"https://wire.example/{number}",
            "title": title or f"Report {number}",
        }
        | more
    )


def topic(name: str, **more: object) -> NamedTopic:
    """Return a topic."""
    return NamedTopic.model_validate({"uid": uid(name), "topic": uid(f"topic {name}"), "name": name} | more)


def asked_question(question: str, **more: object) -> AskedQuestion:
    """Return a question in a story."""
    return AskedQuestion.model_validate({"uid": uid(question), "question": question} | more)


def answer(question: str, text: str, **more: object) -> Answer:
    """Return an answer, with a uid derived from its question."""
    return Answer.model_validate({"uid": uid(question), "question": question, "text": text} | more)


def picture(name: str, **more: object) -> PlacedPicture:
    """Return a picture."""
    return PlacedPicture.model_validate({"uid": uid(name), "image": uid(f"image {name}"), "alt": name} | more)


def person(name: str) -> NamedContributor:
    """Return a contributor in the byline."""
    return NamedContributor(uid=uid(name), name=name)


def story(happened: str = "The sea came in at three.", **more: object) -> Explainer:
    """Return a story with a single section, whose text is ``happened``."""
    fields = {
        "uid": uid("story"),
        "slug": "kelmar",
        "headline": "Why Kelmar stood open",
        "sections": (section(happened),),
    }
    return Explainer.model_validate(fields | more)


def page(**more: object) -> QuestionPage:
    """Return a question page."""
    return QuestionPage.model_validate(
        {"uid": uid("page"), "slug": "owner", "question": "Who owns the barrier?"} | more
    )
