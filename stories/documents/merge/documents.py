"""Merge of two later states of one document, part by part in the order of the page."""

from dataclasses import dataclass
from typing import Any, Protocol

from stories.documents import AnyDocument, Explainer
from stories.documents.merge.citations import restore_cited_sources
from stories.documents.merge.fields import Field, ValueSpec
from stories.documents.merge.result import Conflict, Merged
from stories.documents.merge.rows import Joined, RowSet
from stories.documents.merge.shapes import (
    ANSWERS,
    BYLINE,
    CITATIONS,
    LEAD,
    PASSAGES,
    PICTURES,
    QUESTIONS,
    SECTIONS,
    TOPICS,
    boolean_field,
    confirmation_rule,
    text_field,
)
from stories.documents.schema import FrozenModel


class Part(Protocol):
    """A part of a document that is merged by itself."""

    def joined(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the fields with the changes of both sides, and the conflicts."""


@dataclass(frozen=True, slots=True)
class HeadFields:
    """Fields of the document itself or, with ``inside``, of a value in it."""

    shape: ValueSpec
    inside: str = ""

    def joined(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the fields with the changes of both sides, and the conflicts."""
        before, their, my = (self._value(side) for side in (base, theirs, mine))

        def told(field: Field) -> Conflict:
            return Conflict(field.label, field.place, field.text(before), field.text(their), field.text(my))

        value, conflicts = self.shape.joined(before, their, my, told)
        if self.inside:
            return {self.inside: value}, conflicts
        return {name: getattr(value, name) for field in self.shape.fields for name in field.names}, conflicts

    def _value(self, document: AnyDocument) -> FrozenModel:
        value: FrozenModel = getattr(document, self.inside) if self.inside else document
        return value


def _title(name: str, label: str) -> HeadFields:
    ticked = boolean_field(f"{name}_confirmed", f"{label} confirmed", "Confirmed", "Proposed")
    return HeadFields(ValueSpec((text_field(name, label), ticked), (confirmation_rule(name, label),)))


def _head(*fields: Field) -> HeadFields:
    return HeadFields(ValueSpec(fields))


_PAGE = _head(
    text_field("slug", "Address"),
    text_field("language", "Language"),
    boolean_field("cut_off", "Stops half-way", "The text stops half-way", "The text is complete"),
)
_HEADINGS = HeadFields(
    ValueSpec(
        tuple(
            text_field(name, f"Heading of “{usual}”", anchor=f"headings.{name}")
            for name, usual in (
                ("deeper", "Go deeper"),
                ("questions", "Common questions"),
                ("topics", "More on these topics"),
            )
        )
    ),
    inside="headings",
)
OF_STORIES: tuple[Part, ...] = (
    _title("headline", "Headline"), _head(text_field("standfirst", "Standfirst")), BYLINE, LEAD, SECTIONS, PASSAGES,
    QUESTIONS, TOPICS, PICTURES, _head(text_field("method_note", "How this page was made")), CITATIONS, _PAGE, _HEADINGS,
)  # fmt: skip
OF_QUESTIONS: tuple[Part, ...] = (
    _title("question", "Question"), _head(text_field("introduction", "Introduction")), ANSWERS, TOPICS, PICTURES, CITATIONS,
    _PAGE,
)  # fmt: skip


def merge(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Merged:
    """Merge the changes that ``theirs`` and ``mine`` each made to ``base``, by section, row and field.

    Changes in different places never conflict, and equal changes agree; all others are conflicts. Rows are identified
    by uid, sources by number. A row added on one side stays. One removed on one side goes, unless the other side edited
    it. The order is merged by pairs (see ``joined_order``).

    The merged document always validates, because changes that are valid apart but not together are conflicts as well.
    Examples are two sections of one kind, or a source removed on one side and cited on the other. The conflicts do not
    depend on which side is called theirs. Raise ValueError for documents of different works.
    """
    if len({(side.uid, side.kind) for side in (base, theirs, mine)}) > 1:
        raise ValueError("Only states of one work can be merged.")
    if mine in (base, theirs):
        return Merged(theirs)
    if theirs == base:
        return Merged(mine)
    document, conflicts = _joined(base, theirs, mine)
    _, others = _joined(base, mine, theirs)
    return Merged(document, tuple(dict.fromkeys([*conflicts, *(other.swapped() for other in others)])))


def as_rows_of(standing: AnyDocument, document: AnyDocument) -> AnyDocument:
    """Return ``document`` as an edit of ``standing``: a row with the same unique content gets the uid it has there."""
    sets: tuple[RowSet[Any], ...] = (SECTIONS, TOPICS) if isinstance(document, Explainer) else (ANSWERS, TOPICS)
    return document.changed(**{rows.name: rows.as_rows_of(standing, document) for rows in sets})


def _joined(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> tuple[AnyDocument, list[Conflict]]:
    fields: dict[str, object] = {}
    conflicts: list[Conflict] = []
    for part in OF_STORIES if isinstance(theirs, Explainer) else OF_QUESTIONS:
        found, asked = part.joined(base, theirs, mine)
        fields |= found
        conflicts += asked
    draft, asked = restore_cited_sources(base, theirs, mine, theirs.model_copy(update=fields))
    return draft.changed(), [*conflicts, *asked]
