"""Joins two later states of one set of rows: rows added, removed, edited and moved."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from stories.documents import AnyDocument
from stories.documents.merge.fields import Field, Shape
from stories.documents.merge.order import joined_order
from stories.documents.merge.result import Conflict
from stories.documents.schema import Value

# A row in a list of rows is shown by its first characters.
LONGEST_LINE = 70

type Joined = tuple[dict[str, object], list[Conflict]]
type ByKey[Row: Value] = dict[Hashable, Row]


@dataclass(frozen=True, slots=True)
class Rows[Row: Value]:
    """The rows of one kind in a document.

    ``name`` is their field, ``noun`` what one of them is called and ``plural`` what several are, ``title`` names one by
    what it says. ``key`` is the field that each is known by. Of ``once`` each returns something that only one row may
    say (None where any number may). ``place`` is their anchor where that is not their name.
    """

    name: str
    noun: str
    plural: str
    shape: Shape
    title: Callable[[Row], str]
    key: str = "uid"
    once: tuple[Callable[[Row], object], ...] = ()
    place: str = ""

    def of(self, document: AnyDocument) -> tuple[Row, ...]:
        """Return the rows of a document."""
        rows: tuple[Row, ...] = getattr(document, self.name)
        return rows

    def key_of(self, row: Row) -> Hashable:
        """Return what a row is known by."""
        key: Hashable = getattr(row, self.key)
        return key

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the field of a document that holds ``rows``."""
        return {self.name: tuple(rows)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of the rows, of one of them, or of a field of one."""
        return ".".join(str(part) for part in (self.place or self.name, key, field) if part != "")

    def named(self, *rows: Row | None) -> str:
        """Return what one row is called: as it was called before, or as both sides call it, or only by its kind."""
        base, *sides = rows
        titles = {self.title(row) for row in ([base] if base else sides) if row}
        return titles.pop() if len(titles) == 1 else self.noun

    def joined(self, base: AnyDocument, theirs: AnyDocument, mine: AnyDocument) -> Joined:
        """Return the field with the rows of both sides, and what is in conflict; then the row or order of ``theirs``."""
        before, their, my = self.of(base), self.of(theirs), self.of(mine)
        if my in (before, their):
            return self.fields(their), []
        if their == before:
            return self.fields(my), []
        b, t, m = ({self.key_of(row): row for row in side} for side in (before, their, my))
        if len(b) < len(before) or len(t) < len(their) or len(m) < len(my):
            # Rows that cannot be told apart are one thing.
            return self.fields(their), [self._of_all(self.plural.capitalize(), before, their, my)]
        kept: ByKey[Row] = {}
        conflicts: list[Conflict] = []
        for key in dict.fromkeys([*b, *t, *m]):
            row, found = self._row(key, b.get(key), t.get(key), m.get(key))
            conflicts += found
            if row is not None:
                kept[key] = row
        order, is_conflict = joined_order(list(b), list(t), list(m), kept)
        if is_conflict:
            conflicts.append(self._of_all(f"Order of the {self.plural}", before, their, my))
        rows, found = self._once({key: kept[key] for key in order}, b, t, m)
        conflicts += found
        return self.fields(rows.values()), conflicts

    def as_rows_of(self, standing: AnyDocument, document: AnyDocument) -> tuple[Row, ...]:
        """Return the rows of ``document``; a new one that takes the place of one of ``standing`` goes under its uid.

        That is so where both say what only one row may say. These rows have one such rule.
        """
        (only,) = self.once
        here, there = ({self.key_of(row) for row in self.of(side)} for side in (document, standing))
        free = {only(row): self.key_of(row) for row in self.of(standing) if self.key_of(row) not in here}
        free.pop(None, None)
        rows = []
        for row in self.of(document):
            uid = None if self.key_of(row) in there else free.pop(only(row), None)
            rows.append(row.model_copy(update={self.key: uid}) if uid is not None else row)
        return tuple(rows)

    def _row(
        self, key: Hashable, base: Row | None, theirs: Row | None, mine: Row | None
    ) -> tuple[Row | None, list[Conflict]]:
        """Return what stands of one row, and what is in conflict about it."""
        if theirs is None or mine is None:
            only = theirs or mine
            if base is None or only is None:
                return only, []
            if self.shape.is_alike(only, base):
                return None, []
            return theirs, [self.of_row(key, base, theirs, mine)]
        subject = self.shape.subject
        if subject and not subject.is_alike(theirs, mine):
            if base is not None and self.shape.is_alike(mine, base):
                return theirs, []
            if base is not None and self.shape.is_alike(theirs, base):
                return mine, []
            return theirs, [self.of_row(key, base, theirs, mine)]
        sides = (base, theirs, mine)

        def told(field: Field) -> Conflict:
            label = f"{self.named(*sides)}, {field.label}"
            return Conflict(label, self.anchor(key, field.place), *(field.text(side) for side in sides))

        return self.shape.joined(base, theirs, mine, told)

    def of_row(self, key: Hashable, *sides: Row | None) -> Conflict:
        """Return the conflict about a whole row, which is base, theirs and mine (None where it is not there)."""
        return Conflict(self.named(*sides), self.anchor(key), *(self.shape.text(side) for side in sides))

    def _of_all(self, label: str, *sides: Sequence[Row]) -> Conflict:
        def begin(row: Row) -> str:
            return " ".join(self.shape.text(row).split())[:LONGEST_LINE]

        return Conflict(label, self.anchor(), *("\n".join(map(begin, side)) for side in sides))

    def _once(
        self, rows: ByKey[Row], base: ByKey[Row], theirs: ByKey[Row], mine: ByKey[Row]
    ) -> tuple[ByKey[Row], list[Conflict]]:
        """Return the rows without what only the two sides together say twice, and the conflicts that this makes.

        A row that both sides added with the same words stays once, under the uid of ``theirs``.
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
        order, _ = joined_order(list(base), list(theirs), list(mine), rows)
        return {key: rows[key] for key in order}, list(dict.fromkeys(conflicts))

    def _said_twice(
        self, rows: ByKey[Row], *sides: ByKey[Row]
    ) -> tuple[Callable[[Row], object], object, list[Hashable]] | None:
        """Return what rows of both sides say twice while neither side does: by which rule, what, and which rows."""
        for only in self.once:
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
        label = min(self.title(row) for side in rows[1:] for row in side)
        return Conflict(
            f"{label}, twice",
            self.anchor(),
            *("\n".join(self.shape.text(row) for row in side) for side in rows),
        )


@dataclass(frozen=True, slots=True)
class Single[Row: Value](Rows[Row]):
    """One row at most, known by its place."""

    def of(self, document: AnyDocument) -> tuple[Row, ...]:
        """Return the row as the only one of its kind."""
        row: Row | None = getattr(document, self.name)
        return () if row is None else (row,)

    def key_of(self, row: Row) -> Hashable:
        """Return the same for every row."""
        return self.name

    def fields(self, rows: Iterable[Row]) -> dict[str, object]:
        """Return the field of a document that holds the row."""
        return {self.name: next(iter(rows), None)}

    def anchor(self, key: Hashable = "", field: str = "") -> str:
        """Return the anchor of the row or of a field of it."""
        return field or self.name
