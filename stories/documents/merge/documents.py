"""Merge of two later states of one document, part by part in the order of the page."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from stories.documents import AnyDocument
from stories.documents.fields import FieldSpec, FrozenModel, NestedSpec, RowsSpec, field_specs, inner_model, specs_of
from stories.documents.merge.citations import restore_cited_sources
from stories.documents.merge.fields import Field, Shape
from stories.documents.merge.result import Conflict, Merged
from stories.documents.merge.rows import Joined, row_sets


class Part(Protocol):
    """A part of a document that is merged by itself."""

    def merge(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the fields with the changes of both sides, and the conflicts."""


@dataclass(frozen=True, slots=True)
class HeadFields:
    """Fields of the document itself or, with ``inside``, of a value in it."""

    shape: Shape
    inside: str = ""

    def merge(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the fields with the changes of both sides, and the conflicts."""
        before, their, my = (self._value(side) for side in (base, theirs, mine))

        def told(field: Field) -> Conflict:
            return Conflict(field.label, field.place, field.text(before), field.text(their), field.text(my))

        value, conflicts = self.shape.merge(before, their, my, told)
        if self.inside:
            return {self.inside: value}, conflicts
        return {name: getattr(value, name) for field in self.shape.fields for name in field.names}, conflicts

    def _value(self, document: AnyDocument) -> FrozenModel:
        value: FrozenModel = getattr(document, self.inside) if self.inside else document
        return value


@cache
def parts_of(kind: type[AnyDocument]) -> tuple[Part, ...]:
    """Return the parts of a kind of document, in reading order."""
    parts: list[Part] = []
    joint = {name: rule.names for rule in kind.merge_rules for name in rule.names}
    for name, spec in specs_of(kind).items():
        match spec:
            case FieldSpec() if (names := joint.get(name, (name,)))[0] == name:
                parts.append(HeadFields(Shape.of(kind, names, is_row=False)))
            case NestedSpec():
                inner = inner_model(kind, name)
                shape = Shape.of(inner, field_specs(inner), prefix=f"{name}.", is_row=False)
                parts.append(HeadFields(shape, inside=name))
            case RowsSpec():
                parts.append(row_sets(kind)[name])
    return tuple(parts)


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
    sets = [rows for rows in row_sets(type(document)).values() if len(rows.spec.once) == 1]
    return document.changed(**{rows.name: rows.reuse_row_uids(standing, document) for rows in sets})


def _joined(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> tuple[AnyDocument, list[Conflict]]:
    fields: dict[str, object] = {}
    conflicts: list[Conflict] = []
    for part in parts_of(type(theirs)):
        found, asked = part.merge(base, theirs, mine)
        fields |= found
        conflicts += asked
    draft, asked = restore_cited_sources(base, theirs, mine, theirs.model_copy(update=fields))
    return draft.changed(), [*conflicts, *asked]
