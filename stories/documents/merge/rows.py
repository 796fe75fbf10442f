"""Three-way merge of a set of rows: additions, removals, edits and moves."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from stories.documents import AnyDocument
from stories.documents.fields import FrozenModel, RowsSpec, field_specs, inner_model, row_specs
from stories.documents.merge.fields import Field, Shape
from stories.documents.merge.order import merge_order
from stories.documents.merge.result import Conflict

# The maximum number of characters per row in the text of a conflict about all rows.
MAX_LINE_LENGTH = 70

type MergedFields = tuple[dict[str, object], list[Conflict]]
type ByKey[Row: FrozenModel] = dict[Hashable, Row]


@dataclass(frozen=True, slots=True)
class RowSet[Row: FrozenModel]:
    """The merge of the rows in the field ``name``, declared by ``spec``; ``shape`` is the shape of one row.

    ``inner`` are the sets of rows inside each row. For such a set, ``inside`` is the anchor of the row that has it.
    """

    name: str
    spec: RowsSpec
    shape: Shape
    inner: "tuple[RowSet[Any], ...]" = ()
    inside: str = ""

    def load(self, value: FrozenModel | None) -> tuple[Row, ...]:
        """Return the rows of a document, or of the row that has them. There are none in None."""
        rows: tuple[Row, ...] = () if value is None else getattr(value, self.name)
        return rows

    def key_of(self, row: Row) -> Hashable:
        """Return the key that identifies a row."""
        key: Hashable = getattr(row, self.spec.key)
        return key

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the value of the document's field for ``rows``, keyed by the name of the field."""
        return {self.name: tuple(rows)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of all rows, of the row ``key``, or of a field of that row."""
        place = self.spec.prefix or self.name
        return ".".join(str(part) for part in (self.inside, place, key, field) if part != "")

    def is_alike(self, one: Row, other: Row) -> bool:
        """Return whether every field is alike in both rows, and every row inside them, in the same order."""
        return self.shape.is_alike(one, other) and all(
            [rows.key_of(each) for each in rows.load(one)] == [rows.key_of(each) for each in rows.load(other)]
            and all(map(rows.is_alike, rows.load(one), rows.load(other)))
            for rows in self.inner
        )

    def text(self, row: Row | None) -> str:
        """Return a row as display text, with a line for each row inside it."""
        if row is None:
            return ""
        lines = (" · ".join(rows.text(each).split("\n")) for rows in self.inner for each in rows.load(row))
        return "\n".join(filter(None, (self.shape.text(row), *lines)))

    def merge(self, base: FrozenModel | None, theirs: FrozenModel, mine: FrozenModel) -> MergedFields:
        """Return the field with the rows of both sides, and the conflicts, each resolved in favour of ``theirs``."""
        before, their, my = self.load(base), self.load(theirs), self.load(mine)
        if my in (before, their):
            return self.fields(their), []
        if their == before:
            return self.fields(my), []
        b, t, m = ({self.key_of(row): row for row in side} for side in (before, their, my))
        if len(b) < len(before) or len(t) < len(their) or len(m) < len(my):
            # Rows whose keys are not unique cannot be merged one by one.
            return self.fields(their), [self._rows_conflict(self.spec.plural.capitalize(), before, their, my)]
        merged: ByKey[Row] = {}
        conflicts: list[Conflict] = []
        for key in dict.fromkeys([*b, *t, *m]):
            row, row_conflicts = self._merge_row(key, b.get(key), t.get(key), m.get(key))
            conflicts += row_conflicts
            if row is not None:
                merged[key] = row
        order, is_conflict = merge_order(list(b), list(t), list(m), merged)
        if is_conflict:
            conflicts.append(self._rows_conflict(f"Order of the {self.spec.plural}", before, their, my))
        rows, row_conflicts = self._resolve_duplicates({key: merged[key] for key in order}, b, t, m)
        conflicts += row_conflicts
        return self.fields(rows.values()), conflicts

    def reuse_row_uids(self, current: AnyDocument, document: AnyDocument) -> tuple[Row, ...]:
        """Return the rows of ``document``; a new row gets the uid of the row in ``current`` that it replaces.

        The replaced row is missing from ``document`` and has the same unique value. Raise ValueError unless the rows
        have exactly one function in ``unique_by``.
        """
        (unique_value,) = self.spec.unique_by
        own_keys, current_keys = ({self.key_of(row) for row in self.load(side)} for side in (document, current))
        free = {unique_value(row): self.key_of(row) for row in self.load(current) if self.key_of(row) not in own_keys}
        free.pop(None, None)
        rows = []
        for row in self.load(document):
            uid = None if self.key_of(row) in current_keys else free.pop(unique_value(row), None)
            rows.append(row.model_copy(update={self.spec.key: uid}) if uid is not None else row)
        return tuple(rows)

    def _merge_row(
        self, key: Hashable, base: Row | None, theirs: Row | None, mine: Row | None
    ) -> tuple[Row | None, list[Conflict]]:
        """Return the merged row and its conflicts, with None in place of a removed row."""
        if theirs is None or mine is None:
            remaining = theirs or mine
            if base is None or remaining is None:
                return remaining, []
            if self.is_alike(remaining, base):
                return None, []
            return theirs, [self.row_conflict(key, base, theirs, mine)]
        subject = self.shape.subject
        if subject and not subject.is_alike(theirs, mine):
            if base is not None and self.is_alike(mine, base):
                return theirs, []
            if base is not None and self.is_alike(theirs, base):
                return mine, []
            return theirs, [self.row_conflict(key, base, theirs, mine)]
        sides = (base, theirs, mine)

        def make_conflict(field: Field) -> Conflict:
            label = f"{label_of(self.spec, *sides)}, {field.label}"
            return Conflict(label, self.anchor(key, field.place), *(field.text(side) for side in sides))

        merged, conflicts = self.shape.merge(base, theirs, mine, make_conflict)
        fields: dict[str, object] = {}
        for rows in self.inner:
            new_fields, new_conflicts = replace(rows, inside=self.anchor(key)).merge(base, theirs, mine)
            fields |= new_fields
            conflicts += [replace(each, label=f"{label_of(self.spec, *sides)}: {each.label}") for each in new_conflicts]
        return merged.model_copy(update=fields), conflicts

    def row_conflict(self, key: Hashable, *sides: Row | None) -> Conflict:
        """Return the conflict about a whole row; ``sides`` are its states in base, theirs and mine, or None."""
        return Conflict(label_of(self.spec, *sides), self.anchor(key), *(self.text(side) for side in sides))

    def _rows_conflict(self, label: str, *sides: Sequence[Row]) -> Conflict:
        def format_line(row: Row) -> str:
            return " ".join(self.text(row).split())[:MAX_LINE_LENGTH]

        return Conflict(label, self.anchor(), *("\n".join(map(format_line, side)) for side in sides))

    def _resolve_duplicates(
        self, rows: ByKey[Row], base: ByKey[Row], theirs: ByKey[Row], mine: ByKey[Row]
    ) -> tuple[ByKey[Row], list[Conflict]]:
        """Return the rows without the duplicates that the merge created, and the resulting conflicts.

        If both sides added a row with the same content, one is kept, with the uid of ``theirs``.
        """
        conflicts: list[Conflict] = []
        while duplicate := self._find_duplicate(rows, theirs, mine):
            unique_value, value, keys = duplicate
            added_by_mine = [key for key in keys if key not in theirs or unique_value(theirs[key]) != value]
            others = [rows[key] for key in keys if key not in added_by_mine]
            for key in added_by_mine:
                row = rows.pop(key)
                if key in theirs:
                    rows[key] = theirs[key]
                elif key not in base and any(self.is_alike(row, other) for other in others):
                    continue
                conflicts.append(self._duplicate_conflict(unique_value, value, base, theirs, mine))
        order, _ = merge_order(list(base), list(theirs), list(mine), rows)
        return {key: rows[key] for key in order}, list(dict.fromkeys(conflicts))

    def _find_duplicate(
        self, rows: ByKey[Row], *sides: ByKey[Row]
    ) -> tuple[Callable[[Row], object], object, list[Hashable]] | None:
        """Return the ``unique_by`` function, value and keys of the first duplicate that neither side has, or None."""
        for unique_value in self.spec.unique_by:
            keys_by_value: dict[object, list[Hashable]] = {}
            for key, row in rows.items():
                if (value := unique_value(row)) is not None:
                    keys_by_value.setdefault(value, []).append(key)
            for value, keys in keys_by_value.items():
                if len(keys) > 1 and not any(
                    sum(unique_value(row) == value for row in side.values()) > 1 for side in sides
                ):
                    return unique_value, value, keys
        return None

    def _duplicate_conflict(self, unique_value: Callable[[Row], object], value: object, *sides: ByKey[Row]) -> Conflict:
        rows = [[row for row in side.values() if unique_value(row) == value] for side in sides]
        label = min(self.spec.title_of(row) for side in rows[1:] for row in side)
        return Conflict(
            f"{label}, twice",
            self.anchor(),
            *("\n".join(self.text(row) for row in side) for side in rows),
        )


@dataclass(frozen=True, slots=True)
class OptionalRow[Row: FrozenModel](RowSet[Row]):
    """The merge of a field with at most one row, which is identified by the field."""

    def load(self, value: FrozenModel | None) -> tuple[Row, ...]:
        """Return the row in a tuple, or an empty tuple."""
        row: Row | None = None if value is None else getattr(value, self.name)
        return () if row is None else (row,)

    def key_of(self, row: Row) -> Hashable:
        """Return the name of the field."""
        return self.name

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the row or None, keyed by the name of the field."""
        return {self.name: next(iter(rows), None)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of the row or of one of its fields."""
        return field or self.name


def label_of(spec: RowsSpec, *rows: FrozenModel | None) -> str:
    """Return the label of the row with these states (base, theirs, mine): its title in base, or else on the sides.

    If the titles on the sides differ, return the noun for a row, such as “passage”.
    """
    base, *sides = rows
    titles = {spec.title_of(row) for row in ([base] if base else sides) if row}
    return titles.pop() if len(titles) == 1 else spec.noun


@cache
def row_sets(kind: type[FrozenModel]) -> dict[str, RowSet[Any]]:
    """Return the row sets of a kind of document or row, keyed by field, in reading order."""
    sets: dict[str, RowSet[Any]] = {}
    for name, spec in row_specs(kind).items():
        row: type[FrozenModel] = inner_model(kind, name)
        names = [each for each in field_specs(row) if each != "uid"]
        if spec.is_single:
            sets[name] = OptionalRow(name, spec, Shape.of(row, names, prefix=f"{spec.prefix}_", subject=name))
        else:
            sets[name] = RowSet(name, spec, Shape.of(row, names), tuple(row_sets(row).values()))
    return sets
