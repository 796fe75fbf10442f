"""A form of a work as it was sent, whatever is wrong with it: the head by field, the rows in the order of their places."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID, uuid4

from django.utils.dateparse import parse_date

from newsroom.http.converters import parse_number
from stories.documents.schema import Value

_ROW = re.compile(r"([a-z_]+)-(\d{1,5})-(\w+)")
LONGEST_LINE = 1_000
LONGEST_TEXT = 200_000
LONGEST_NAME = 200
DIGITS = 8


def _text(value: str, longest: int) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:longest]


@dataclass(frozen=True)
class Fields:
    """The fields of one form or row, read without a complaint."""

    values: Mapping[str, str]

    def line(self, name: str) -> str:
        """Return one line."""
        return " ".join(_text(self.values.get(name, ""), LONGEST_LINE).split())

    def text(self, name: str) -> str:
        """Return a text of several lines, as it would be saved."""
        return _text(self.values.get(name, ""), LONGEST_TEXT)

    def names(self, name: str) -> list[str]:
        """Return names parted by semicolons."""
        return [words[:LONGEST_NAME] for part in self.text(name).split(";") if (words := " ".join(part.split()))]

    def is_on(self, name: str) -> bool:
        """Say whether a box is ticked."""
        return bool(self.values.get(name))

    def day(self, name: str) -> date | None:
        """Return a day, None for anything that is none."""
        try:
            return parse_date(self.line(name))
        except ValueError:
            return None

    def numbers(self, name: str) -> list[int]:
        """Return every number of a few digits in a field."""
        return [int(number) for number in re.findall(r"\d{1,6}", self.line(name))]

    def knows(self, name: str) -> bool:
        """Say whether the field was sent at all: one that is locked is not."""
        return name in self.values

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed in a row."""
        marks = {"row", "place", "DELETE", "id", "explain", "kind"}
        return not any(value.strip() for name, value in self.values.items() if name not in marks)


@dataclass(frozen=True)
class Row(Fields):
    """A row, with the number that its controls carry in their names."""

    index: int

    @cached_property
    def uid(self) -> UUID:
        """The uid by which the row is known, or one made now."""
        try:
            return UUID(self.values.get("row", ""))
        except ValueError:
            return uuid4()

    @property
    def number(self) -> int | None:
        """The number of a source that has one."""
        return parse_number(self.values.get("row", ""), digits=DIGITS)

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among its rows."""
        place = parse_number(self.values.get("place", ""), digits=DIGITS)
        return (self.index + 1 if place is None else place), self.index


@dataclass(frozen=True)
class Sent:
    """Everything that was sent."""

    head: Fields
    sets: Mapping[str, list[Row]]

    @classmethod
    def of(cls, posted: Mapping[str, str]) -> "Sent":
        """Read what a request sent: of each name its last value."""
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
        """Yield the rows of a set that stay, in the order of their places."""
        for row in sorted(self.sets.get(prefix, ()), key=lambda row: row.place):
            if not row.is_on("DELETE"):
                yield row


def by_uid[Part: Value](parts: tuple[Part, ...]) -> dict[UUID, Part]:
    """Return parts of a document by their uid."""
    return {part.uid: part for part in parts}  # type: ignore[attr-defined]  # every part of these has one
