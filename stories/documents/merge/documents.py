"""Three-way merge of a document, part by part in the order of the page."""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from stories.documents import AnyDocument
from stories.documents.fields import FieldSpec, FrozenModel, NestedSpec, RowsSpec, field_specs, inner_model, specs_of
from stories.documents.merge.citations import restore_cited_sources
from stories.documents.merge.fields import Field, Shape
from stories.documents.merge.result import Conflict, MergeResult
from stories.documents.merge.rows import MergedFields, row_sets


class Part(Protocol):
    """A part of a document that is merged independently."""

    def merge(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> MergedFields:
        """Return the fields with the changes of both sides, and the conflicts."""


@dataclass(frozen=True, slots=True)
class HeadFields:
    """Fields of the document itself or, with ``inside``, of the nested value of that name."""

    shape: Shape
    inside: str = ""

    def merge(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> MergedFields:
        """Return the fields with the changes of both sides, and the conflicts."""
        before, their, my = (self._value(side) for side in (base, theirs, mine))

        def make_conflict(field: Field) -> Conflict:
            return Conflict(field.label, field.place, field.text(before), field.text(their), field.text(my))

        value, conflicts = self.shape.merge(before, their, my, make_conflict)
        if self.inside:
            return {self.inside: value}, conflicts
        return {name: getattr(value, name) for field in self.shape.fields for name in field.names}, conflicts

    def _value(self, document: AnyDocument) -> FrozenModel:
        value: FrozenModel = getattr(document, self.inside) if self.inside else document
        return value


@cache
def list_parts(kind: type[AnyDocument]) -> tuple[Part, ...]:
    """Return the parts of a kind of document, in reading order."""
    parts: list[Part] = []
    joint_names = {name: rule.names for rule in kind.merge_rules for name in rule.names}
    for name, spec in specs_of(kind).items():
        match spec:
            case FieldSpec() if (names := joint_names.get(name, (name,)))[0] == name:
                parts.append(HeadFields(Shape.of(kind, names, is_row=False)))
            case NestedSpec():
                inner = inner_model(kind, name)
                shape = Shape.of(inner, field_specs(inner), prefix=f"{name}.", is_row=False)
                parts.append(HeadFields(shape, inside=name))
            case RowsSpec():
                parts.append(row_sets(kind)[name])
    return tuple(parts)


def merge(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> MergeResult:
    """Merge the changes that ``theirs`` and ``mine`` each made to ``base``, by section, row and field.

    Equal changes never conflict. Changes in different places conflict only if they are not valid together. Different
    changes in the same place conflict. Rows are identified by uid, and sources by number. A row added on one side is
    kept. A row removed on one side is removed, unless the other side edited it. The order is merged pair by pair (see
    ``merge_order``).

    The merged document always validates. Examples of changes that are not valid together are two added sections of one
    kind, and the removal of a source and a new citation of it. The conflicts do not depend on which side is ``theirs``.
    Raise ValueError for documents of different works.
    """
    if len({(side.uid, side.kind) for side in (base, theirs, mine)}) > 1:
        raise ValueError("Only states of one work can be merged.")
    if mine in (base, theirs):
        return MergeResult(theirs)
    if theirs == base:
        return MergeResult(mine)
    document, conflicts = _merge_parts(base, theirs, mine)
    _, others = _merge_parts(base, mine, theirs)
    return MergeResult(document, tuple(dict.fromkeys([*conflicts, *(other.swap_sides() for other in others)])))


def adopt_row_uids(current: AnyDocument, document: AnyDocument) -> AnyDocument:
    """Return ``document`` as an edit of ``current``: a new row gets the uid of the row it replaces.

    The replaced row has the same unique value and is missing from ``document``. Only rows with exactly one function in
    ``unique_by`` are considered, such as topics and sections.
    """
    sets = [rows for rows in row_sets(type(document)).values() if len(rows.spec.unique_by) == 1]
    return document.changed(**{rows.name: rows.reuse_row_uids(current, document) for rows in sets})


def _merge_parts(base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> tuple[AnyDocument, list[Conflict]]:
    fields: dict[str, object] = {}
    conflicts: list[Conflict] = []
    for part in list_parts(type(theirs)):
        fields_of_part, part_conflicts = part.merge(base, theirs, mine)
        fields |= fields_of_part
        conflicts += part_conflicts
    draft, part_conflicts = restore_cited_sources(base, theirs, mine, theirs.model_copy(update=fields))
    return draft.changed(), [*conflicts, *part_conflicts]
