"""Parse the submitted form of a work, whatever its errors: its own fields, and the rows of its formsets by place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID, uuid4

from django.utils.dateparse import parse_date

from newsroom.http.converters import parse_number
from stories.documents.fields import FrozenModel

_ROW = re.compile(r"([a-z_]+)-(\d{1,5})-(\w+)")
LONGEST_LINE = 1_000
LONGEST_TEXT = 200_000
LONGEST_NAME = 200
DIGITS = 8


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:longest]


@dataclass(frozen=True)
class Fields:
    """The fields of one form or row; values that cannot be read raise no error."""

    values: Mapping[str, str]

    def line(self, name: str) -> str:
        """Return a value as one line, with runs of whitespace collapsed."""
        return " ".join(_text(self.values.get(name, ""), LONGEST_LINE).split())

    def text(self, name: str) -> str:
        """Return a text of several lines, as it would be saved."""
        return _text(self.values.get(name, ""), LONGEST_TEXT)

    def names(self, name: str) -> list[str]:
        """Return names separated by semicolons."""
        return [words[:LONGEST_NAME] for part in self.text(name).split(";") if (words := " ".join(part.split()))]

    def is_checked(self, name: str) -> bool:
        return bool(self.values.get(name))

    def day(self, name: str) -> date | None:
        """Return a date, or None if the value is not one."""
        try:
            return parse_date(self.line(name))
        except ValueError:
            return None

    def numbers(self, name: str) -> list[int]:
        """Return each number in a field, up to six digits long."""
        return [int(number) for number in re.findall(r"\d{1,6}", self.line(name))]

    def has(self, name: str) -> bool:
        """Return whether the field was submitted; a disabled field is not."""
        return name in self.values

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in the row."""
        marks = {"row", "place", "DELETE", "id", "explain", "kind"}
        return not any(value.strip() for name, value in self.values.items() if name not in marks)


@dataclass(frozen=True)
class Row(Fields):
    """A row with the number that the names of its controls carry."""

    index: int

    @cached_property
    def uid(self) -> UUID:
        """The uid of the row, or a new one if it has none."""
        try:
            return UUID(self.values.get("row", ""))
        except ValueError:
            return uuid4()

    @property
    def number(self) -> int | None:
        """The number of a source, or None if it has none yet."""
        return parse_number(self.values.get("row", ""), digits=DIGITS)

    @property
    def place(self) -> tuple[int, int]:
        """Sort key of the row in its formset."""
        place = parse_number(self.values.get("place", ""), digits=DIGITS)
        return (self.index + 1 if place is None else place), self.index


@dataclass(frozen=True)
class SubmittedForm:
    """A submitted form."""

    fields: Fields
    formsets: Mapping[str, list[Row]]

    @classmethod
    def parse(cls, posted: Mapping[str, str]) -> "SubmittedForm":
        """Parse POST data, of which the last value of each name counts."""
        rows: dict[tuple[str, int], dict[str, str]] = {}
        head = {}
        for name, value in posted.items():
            if match := _ROW.fullmatch(name):
                rows.setdefault((match[1], int(match[2])), {})[match[3]] = value
            else:
                head[name] = value
        sets: dict[str, list[Row]] = {}
        for (prefix, index), values in rows.items():
            sets.setdefault(prefix, []).append(Row(values, index))
        return cls(Fields(head), sets)

    def rows(self, prefix: str) -> Iterator[Row]:
        """Yield the rows of a formset that are not deleted, in the order of their places."""
        for row in sorted(self.formsets.get(prefix, ()), key=lambda row: row.place):
            if not row.is_checked("DELETE"):
                yield row


def index_by_uid[Part: FrozenModel](parts: tuple[Part, ...]) -> dict[UUID, Part]:
    return {part.uid: part for part in parts}  # type: ignore[attr-defined]  # every part passed in has a uid
