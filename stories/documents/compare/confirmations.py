"""Comparison that ignores confirmations and decisions on proposed names."""

from collections.abc import Iterable

from newsroom.text.fold import fold
from stories.documents.schema import Cell, Explainer, Forecast, NamedOutlet, NamedTopic, Origin, QuestionPage
from stories.documents.upgrade import AnyDocument
from stories.documents.walk import equal_except_names

type Outlets = tuple[NamedOutlet, ...]


def equal_except_confirmations(before: AnyDocument, after: AnyDocument) -> bool:
    """Return whether the documents are equal except for confirmations and new names of the same entities.

    An editor can confirm a headline, the wording of a question, and that an imported text is complete. A proposed name
    counts as confirmed if it has become a topic or an outlet with the same name.
    """
    return equal_except_names(_apply_decisions(before, after, by_any_name=False), after)


def equal_except_decisions(before: AnyDocument, after: AnyDocument) -> bool:
    """Return whether the documents are equal except for confirmations and decisions on proposed names.

    A proposed name may have become a topic or an outlet with a different name, or may have been rejected. Readers then
    see different names but the same text.
    """
    return equal_except_names(_apply_decisions(before, after, by_any_name=True), after)


def copy_article_details(document: AnyDocument, after: AnyDocument) -> AnyDocument:
    """Return ``document`` with the article details of ``after``, for articles that both cite under the same number."""
    details = {(cited.number, cited.article): cited for cited in after.citations}
    citations = tuple(details.get((cited.number, cited.article), cited) for cited in document.citations)
    return document.model_copy(update={"citations": citations})


def _apply_decisions(before: AnyDocument, after: AnyDocument, *, by_any_name: bool) -> AnyDocument:
    """Return ``before`` with the confirmations in ``after``; with ``by_any_name``, also with the decisions on names."""
    topics = {topic.uid: topic for topic in after.topics}
    cited = {each.article: each.outlet for each in after.citations}
    changes: dict[str, object] = {
        "cut_off": after.cut_off,
        "topics": tuple(
            _apply_topic_decision(topic, topics.get(topic.uid), by_any_name=by_any_name)
            for topic in before.topics
            if topic.topic or topic.uid in topics or not by_any_name
        ),
        "citations": tuple(
            each.model_copy(
                update={
                    "outlet": _apply_outlet_decision(
                        each.outlet, cited.get(each.article, each.outlet), by_any_name=by_any_name
                    )
                }
            )
            for each in before.citations
        ),
    }
    if isinstance(before, Explainer) and isinstance(after, Explainer):
        changes |= _apply_decisions_in_rows(before, after, by_any_name=by_any_name)
        outlets_after = {passage.uid: passage.outlets for passage in after.passages}
        changes["headline_confirmed"] = after.headline_confirmed
        changes["passages"] = tuple(
            passage.model_copy(
                update={
                    "outlets": _apply_outlet_decisions(
                        passage.outlets, outlets_after.get(passage.uid, passage.outlets), by_any_name=by_any_name
                    )
                }
            )
            for passage in before.passages
        )
    elif isinstance(before, QuestionPage) and isinstance(after, QuestionPage):
        changes["question_confirmed"] = after.question_confirmed
    return before.model_copy(update=changes)


def _apply_decisions_in_rows(before: Explainer, after: Explainer, *, by_any_name: bool) -> dict[str, object]:
    """Return the claims, forecasts and origins of ``before`` with the decisions in ``after`` on their outlets."""

    def apply[Row: (Cell, Forecast, Origin)](rows: tuple[Row, ...], rows_after: Iterable[Row]) -> tuple[Row, ...]:
        outlets_after = {row.uid: row.outlet for row in rows_after}
        return tuple(
            row.model_copy(
                update={
                    "outlet": _apply_outlet_decision(row.outlet, outlets_after.get(row.uid), by_any_name=by_any_name)
                }
            )
            for row in rows
        )

    cells = [cell for claim in after.claims for cell in claim.cells]
    return {
        "claims": tuple(claim.model_copy(update={"cells": apply(claim.cells, cells)}) for claim in before.claims),
        "forecasts": apply(before.forecasts, after.forecasts),
        "origins": apply(before.origins, after.origins),
    }


def _apply_topic_decision(before: NamedTopic, after: NamedTopic | None, *, by_any_name: bool) -> NamedTopic:
    if (
        before.topic
        or after is None
        or after.topic is None
        or not (by_any_name or fold(after.name) == fold(before.name))
    ):
        return before
    return before.model_copy(update={"topic": after.topic, "name": after.name})


def _apply_outlet_decisions(before: Outlets, after: Outlets, *, by_any_name: bool) -> Outlets:
    known_uids = {outlet.uid for outlet in before}
    new = {fold(outlet.name): outlet for outlet in after if outlet.uid not in known_uids}
    confirmed = [outlet if outlet.uid else new.pop(fold(outlet.name), outlet) for outlet in before]
    if not by_any_name:
        return tuple(confirmed)
    remaining = [outlet for outlet in confirmed if outlet.uid or outlet in after]
    return (*remaining, *new.values())[: len(before)]


def _apply_outlet_decision(
    before: NamedOutlet | None, after: NamedOutlet | None, *, by_any_name: bool
) -> NamedOutlet | None:
    if before is None or after is None:
        return before
    return next(iter(_apply_outlet_decisions((before,), (after,), by_any_name=by_any_name)), before)
