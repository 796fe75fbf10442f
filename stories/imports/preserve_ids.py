"""Complete an imported text, which has no uids, with the uids and other fields of the work that it changes."""

from collections.abc import Callable
from uuid import UUID

from newsroom.text.fold import fold, fold_wording
from newsroom.text.plain import plain_text
from stories.documents import (
    Answer,
    AnyDocument,
    AskedQuestion,
    Cell,
    Claim,
    Explainer,
    Forecast,
    KeyFigure,
    NamedTopic,
    Passage,
    QuestionPage,
    Section,
)
from stories.documents.fields import specs_of
from stories.documents.schema import FREE


def preserve_ids(new: AnyDocument, old: AnyDocument) -> AnyDocument:
    """Return ``new`` with the uid of ``old``, the uids of the parts in both, and the fields that imported texts lack.

    Images, sources, the byline, the method note and similar fields are taken from ``old``. A confirmed headline, or the
    question of a page, is taken from ``old`` too, unless it is confirmed in ``new``. Raise TypeError if the documents
    differ in kind.
    """
    preserved: dict[str, object] = {
        **{name: getattr(old, name) for name, spec in specs_of(type(old)).items() if not spec.in_text},
        "topics": _preserve_topics(new.topics, old.topics),
    }
    if isinstance(new, Explainer) and isinstance(old, Explainer):
        return new.changed(**{**preserved, **_preserve_in_story(new, old)})
    if isinstance(new, QuestionPage) and isinstance(old, QuestionPage):
        return new.changed(**{**preserved, **_preserve_in_question_page(new, old)})
    raise TypeError("A story can’t become a question, or a question a story.")


def _preserve_in_story(new: Explainer, old: Explainer) -> dict[str, object]:
    sources = {passage.text: passage.sources for passage in old.passages}
    passages = _reuse_uids(new.passages, old.passages, lambda passage: passage.text)
    preserved: dict[str, object] = {
        "sections": _reuse_uids(new.sections, old.sections, _section_key),
        "passages": tuple(
            passage.model_copy(update={"sources": sources.get(passage.text, ())}) for passage in passages
        ),
        "claims": _preserve_claims(new.claims, old.claims),
        "figures": _preserve_figures(new.figures, old.figures),
        "forecasts": _preserve_forecasts(new.forecasts, old.forecasts),
        "questions": _reuse_uids(new.questions, old.questions, lambda question: fold_wording(question.question)),
    }
    if not new.headline_confirmed and old.headline_confirmed:
        preserved |= {"headline": old.headline, "headline_confirmed": True}
    return preserved


def _preserve_claims(new: tuple[Claim, ...], old: tuple[Claim, ...]) -> tuple[Claim, ...]:
    """Return the new claims with what a text lacks from equal old ones, or the old ones if there are no new ones."""
    claims = {claim.uid: claim for claim in old}
    return (
        tuple(
            _preserve_claim(claim, before) if (before := claims.get(claim.uid)) else claim
            for claim in _reuse_uids(new, old, lambda claim: fold(claim.claim))
        )
        or old
    )


def _preserve_claim(new: Claim, old: Claim) -> Claim:
    cells = {cell.uid: cell for cell in old.cells}
    lacking = {name: getattr(old, name) for name in ("kind", "unit", "brief", "difference")}
    return new.model_copy(
        update={
            **lacking,
            "note": old.note if new.note and _has_same_words(new.note, old.note) else new.note,
            "cells": tuple(
                _preserve_cell(cell, before) if (before := cells.get(cell.uid)) else cell
                for cell in _reuse_uids(new.cells, old.cells, lambda cell: fold(cell.outlet.name))
            ),
        }
    )


def _preserve_cell(new: Cell, old: Cell) -> Cell:
    """Return the new cell with the source of the old one, and with its amounts and its moment if the value is equal."""
    names = ("low", "high", "approximate", "when") if (new.stance, new.value) == (old.stance, old.value) else ()
    return new.model_copy(update={name: getattr(old, name) for name in ("source", *names)})


def _preserve_forecasts(new: tuple[Forecast, ...], old: tuple[Forecast, ...]) -> tuple[Forecast, ...]:
    """Return the new forecasts with what a text lacks from equal old ones, or the old ones if there are no new ones."""
    forecasts = {forecast.uid: forecast for forecast in old}
    return (
        tuple(
            _preserve_forecast(forecast, before) if (before := forecasts.get(forecast.uid)) else forecast
            for forecast in _reuse_uids(new, old, lambda forecast: (fold(forecast.speaker), fold(forecast.expected)))
        )
        or old
    )


def _preserve_forecast(new: Forecast, old: Forecast) -> Forecast:
    names = ("speaker_kind", "outlet", "source", "low", "high", "unit", "outcome_source")
    outcome = old.outcome if new.outcome and _has_same_words(new.outcome, old.outcome) else new.outcome
    return new.model_copy(update={**{name: getattr(old, name) for name in names}, "outcome": outcome})


def _preserve_figures(new: tuple[KeyFigure, ...], old: tuple[KeyFigure, ...]) -> tuple[KeyFigure, ...]:
    """Return the new figures with the uids and sources of equal old ones, or the old ones if there are no new ones."""
    sources = {(figure.value, figure.counts): figure.source for figure in old}
    figures = _reuse_uids(new, old, lambda figure: (figure.value, figure.counts))
    return (
        tuple(figure.model_copy(update={"source": sources.get((figure.value, figure.counts))}) for figure in figures)
        or old
    )


def _section_key(section: Section) -> tuple[str, str]:
    """Return the key of a section: its kind and, for a free section, its heading."""
    # A story has at most one section of each other kind, but any number of free ones.
    return section.kind, fold(section.heading) if section.kind == FREE.code else ""


def _preserve_in_question_page(new: QuestionPage, old: QuestionPage) -> dict[str, object]:
    preserved: dict[str, object] = {
        "answers": _preserve_answers(new.answers, old.answers),
        **_preserve_short_answer(new, old),
        "state": new.state or old.state,
        "open_since": new.open_since or old.open_since,
        "missing": old.missing if _has_same_words(new.missing, old.missing) else new.missing,
        "could_answer": new.could_answer or old.could_answer,
        "introduction": new.introduction or old.introduction,
        "topics": _preserve_topics(new.topics or old.topics, old.topics),
    }
    if not new.question_confirmed and old.question:
        preserved |= {"question": old.question, "question_confirmed": old.question_confirmed}
    return preserved


def _preserve_answers(new: tuple[Answer, ...], old: tuple[Answer, ...]) -> tuple[Answer, ...]:
    """Return the new answers, each with the uid, the state and the dates of the old answer to the same question."""
    answers = {answer.uid: answer for answer in old}
    return tuple(
        answer.model_copy(
            update={
                "state": answer.state or before.state,
                "as_of": answer.as_of or before.as_of,
                "expires_on": answer.expires_on or before.expires_on,
            }
        )
        if (before := answers.get(answer.uid))
        else answer
        for answer in _reuse_uids(new, old, lambda answer: fold_wording(answer.question))
    )


def _preserve_short_answer(new: QuestionPage, old: QuestionPage) -> dict[str, object]:
    """Return the short answer of ``old`` with its citations and its dates if ``new`` has none, or one of equal words."""
    if not _has_same_words(new.short_answer, old.short_answer):
        return {"short_answer_expires_on": new.short_answer_expires_on}
    return {
        "short_answer": old.short_answer,
        "short_answer_as_of": new.short_answer_as_of or old.short_answer_as_of,
        "short_answer_expires_on": new.short_answer_expires_on or old.short_answer_expires_on,
    }


def _has_same_words(new: str, old: str) -> bool:
    """Return whether a Markdown text has the words of an old one, or none."""
    words, old_words = (" ".join(plain_text(text).split()) for text in (new, old))
    return not words or words == old_words


def _preserve_topics(new: tuple[NamedTopic, ...], old: tuple[NamedTopic, ...]) -> tuple[NamedTopic, ...]:
    """Return the new topics with the uids of old topics of the same name, confirmed if the old topics were."""
    topics = {fold(topic.name): topic for topic in reversed(old)}
    confirmed = tuple(
        topic.model_copy(update={"topic": topics[fold(topic.name)].topic})
        if topic.topic is None and fold(topic.name) in topics
        else topic
        for topic in new
    )
    return _reuse_uids(confirmed, old, lambda topic: fold(topic.name))


def _reuse_uids[Row: (Section, Passage, Claim, Cell, Forecast, KeyFigure, AskedQuestion, NamedTopic, Answer)](
    new: tuple[Row, ...], old: tuple[Row, ...], key: Callable[[Row], object]
) -> tuple[Row, ...]:
    """Return the new rows, each with the uid of the old row that has the same ``key``, if there is one."""
    uids: dict[object, UUID] = {}
    for row in old:
        uids.setdefault(key(row), row.uid)
    return tuple(row.model_copy(update={"uid": uids.pop(key(row), row.uid)}) for row in new)
