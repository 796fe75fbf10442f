"""Merge of two later states of one set of rows: added, removed, edited and moved rows."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from stories.documents import AnyDocument
from stories.documents.fields import FrozenModel, RowsSpec, field_specs, inner_model, row_specs
from stories.documents.merge.fields import Field, Shape
from stories.documents.merge.order import merge_order
from stories.documents.merge.result import Conflict

# Number of characters of a row that a list of rows shows.
LONGEST_LINE = 70

type Joined = tuple[dict[str, object], list[Conflict]]
type ByKey[Row: FrozenModel] = dict[Hashable, Row]


@dataclass(frozen=True, slots=True)
class RowSet[Row: FrozenModel]:
    """The rows in the field ``name`` of a document, as ``spec`` declares them, with the shape of one."""

    name: str
    spec: RowsSpec
    shape: Shape

    def load(self, document: AnyDocument) -> tuple[Row, ...]:
        """Return the rows of a document."""
        rows: tuple[Row, ...] = getattr(document, self.name)
        return rows

    def key_of(self, row: Row) -> Hashable:
        """Return the key that identifies a row."""
        key: Hashable = getattr(row, self.spec.key)
        return key

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the field of a document that holds ``rows``."""
        return {self.name: tuple(rows)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of the rows, of one of them, or of a field of one."""
        return ".".join(str(part) for part in (self.spec.prefix or self.name, key, field) if part != "")

    def label_of(self, *rows: Row | None) -> str:
        """Return the label of a row (base, theirs, mine): its title in the base or on both sides, or the noun."""
        base, *sides = rows
        titles = {self.spec.title_of(row) for row in ([base] if base else sides) if row}
        return titles.pop() if len(titles) == 1 else self.spec.noun

    def merge(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the field with the rows of both sides, and the conflicts, in which ``theirs`` decides."""
        before, their, my = self.load(base), self.load(theirs), self.load(mine)
        if my in (before, their):
            return self.fields(their), []
        if their == before:
            return self.fields(my), []
        b, t, m = ({self.key_of(row): row for row in side} for side in (before, their, my))
        if len(b) < len(before) or len(t) < len(their) or len(m) < len(my):
            # Rows whose keys are not unique cannot be merged one by one.
            return self.fields(their), [self._of_all(self.spec.plural.capitalize(), before, their, my)]
        kept: ByKey[Row] = {}
        conflicts: list[Conflict] = []
        for key in dict.fromkeys([*b, *t, *m]):
            row, found = self._row(key, b.get(key), t.get(key), m.get(key))
            conflicts += found
            if row is not None:
                kept[key] = row
        order, is_conflict = merge_order(list(b), list(t), list(m), kept)
        if is_conflict:
            conflicts.append(self._of_all(f"Order of the {self.spec.plural}", before, their, my))
        rows, found = self._once({key: kept[key] for key in order}, b, t, m)
        conflicts += found
        return self.fields(rows.values()), conflicts

    def reuse_row_uids(self, standing: AnyDocument, document: AnyDocument) -> tuple[Row, ...]:
        """Return the rows of ``document``, where a new row gets the uid of the row of ``standing`` that it replaces.

        That is a row missing in ``document`` which has the same unique value. Raise ValueError unless these rows have
        exactly one rule in ``once``.
        """
        (only,) = self.spec.once
        here, there = ({self.key_of(row) for row in self.load(side)} for side in (document, standing))
        free = {only(row): self.key_of(row) for row in self.load(standing) if self.key_of(row) not in here}
        free.pop(None, None)
        rows = []
        for row in self.load(document):
            uid = None if self.key_of(row) in there else free.pop(only(row), None)
            rows.append(row.model_copy(update={self.spec.key: uid}) if uid is not None else row)
        return tuple(rows)

    def _row(
        self, key: Hashable, base: Row | None, theirs: Row | None, mine: Row | None
    ) -> tuple[Row | None, list[Conflict]]:
        """Return the merged row, or None if it was removed, and its conflicts."""
        if theirs is None or mine is None:
            only = theirs or mine
            if base is None or only is None:
                return only, []
            if self.shape.is_alike(only, base):
                return None, []
            return theirs, [self.row_conflict(key, base, theirs, mine)]
        subject = self.shape.subject
        if subject and not subject.is_alike(theirs, mine):
            if base is not None and self.shape.is_alike(mine, base):
                return theirs, []
            if base is not None and self.shape.is_alike(theirs, base):
                return mine, []
            return theirs, [self.row_conflict(key, base, theirs, mine)]
        sides = (base, theirs, mine)

        def told(field: Field) -> Conflict:
            label = f"{self.label_of(*sides)}, {field.label}"
            return Conflict(label, self.anchor(key, field.place), *(field.text(side) for side in sides))

        return self.shape.merge(base, theirs, mine, told)

    def row_conflict(self, key: Hashable, *sides: Row | None) -> Conflict:
        """Return the conflict about a whole row, given as base, theirs and mine, with None where it is missing."""
        return Conflict(self.label_of(*sides), self.anchor(key), *(self.shape.text(side) for side in sides))

    def _of_all(self, label: str, *sides: Sequence[Row]) -> Conflict:
        def begin(row: Row) -> str:
            return " ".join(self.shape.text(row).split())[:LONGEST_LINE]

        return Conflict(label, self.anchor(), *("\n".join(map(begin, side)) for side in sides))

    def _once(
        self, rows: ByKey[Row], base: ByKey[Row], theirs: ByKey[Row], mine: ByKey[Row]
    ) -> tuple[ByKey[Row], list[Conflict]]:
        """Return the rows without duplicates of a unique value that only the merge made, and the resulting conflicts.

        A row that both sides added with the same content stays once, with the uid of ``theirs``.
        """
        conflicts: list[Conflict] = []
        while twice := self._said_twice(rows, theirs, mine):
            only, value, keys = twice
            of_mine = [key for key in keys if key not in theirs or only(theirs[key]) != value]
            others = [rows[key] for key in keys if key not in of_mine]
            for key in of_mine:
                row = rows.pop(key)
                if key in theirs:
                    rows[key] = theirs[key]
                elif key not in base and any(self.shape.is_alike(row, other) for other in others):
                    continue
                conflicts.append(self._of_twice(only, value, base, theirs, mine))
        order, _ = merge_order(list(base), list(theirs), list(mine), rows)
        return {key: rows[key] for key in order}, list(dict.fromkeys(conflicts))

    def _said_twice(
        self, rows: ByKey[Row], *sides: ByKey[Row]
    ) -> tuple[Callable[[Row], object], object, list[Hashable]] | None:
        """Return the first duplicate of a unique value that neither side has alone: its rule, value and keys."""
        for only in self.spec.once:
            said: dict[object, list[Hashable]] = {}
            for key, row in rows.items():
                if (value := only(row)) is not None:
                    said.setdefault(value, []).append(key)
            for value, keys in said.items():
                if len(keys) > 1 and not any(sum(only(row) == value for row in side.values()) > 1 for side in sides):
                    return only, value, keys
        return None

    def _of_twice(self, only: Callable[[Row], object], value: object, *sides: ByKey[Row]) -> Conflict:
        rows = [[row for row in side.values() if only(row) == value] for side in sides]
        label = min(self.spec.title_of(row) for side in rows[1:] for row in side)
        return Conflict(
            f"{label}, twice",
            self.anchor(),
            *("\n".join(self.shape.text(row) for row in side) for side in rows),
        )


@dataclass(frozen=True, slots=True)
class OptionalRow[Row: FrozenModel](RowSet[Row]):
    """At most one row, identified by its field."""

    def load(self, document: AnyDocument) -> tuple[Row, ...]:
        """Return the row in a tuple, or an empty tuple."""
        row: Row | None = getattr(document, self.name)
        return () if row is None else (row,)

    def key_of(self, row: Row) -> Hashable:
        """Return the name of the field."""
        return self.name

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the field of a document that holds the row."""
        return {self.name: next(iter(rows), None)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of the row or of a field of it."""
        return field or self.name


@cache
def row_sets(kind: type[AnyDocument]) -> dict[str, RowSet[Any]]:
    """Return the rows of a kind of document by field, in reading order."""
    found: dict[str, RowSet[Any]] = {}
    for name, spec in row_specs(kind).items():
        row: type[FrozenModel] = inner_model(kind, name)
        names = [each for each in field_specs(row) if each != "uid"]
        if spec.is_single:
            found[name] = OptionalRow(name, spec, Shape.of(row, names, prefix=f"{spec.prefix}_", subject=name))
        else:
            found[name] = RowSet(name, spec, Shape.of(row, names))
    return found
