"""Parse the submitted form of a work, valid or not: its own fields, and the rows of its formsets in order."""

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
MAX_LINE_LENGTH = 1_000
MAX_TEXT_LENGTH = 200_000
MAX_NAME_LENGTH = 200
MAX_DIGITS = 8


def _clean_text(value: str, max_length: int) -> str:
    return value.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n").strip()[:max_length]


@dataclass(frozen=True)
class Fields:
    """The submitted fields of one form or row; invalid values raise no exception."""

    values: Mapping[str, str]

    def line(self, name: str) -> str:
        """Return a value as one line, with runs of whitespace collapsed."""
        return " ".join(_clean_text(self.values.get(name, ""), MAX_LINE_LENGTH).split())

    def text(self, name: str) -> str:
        """Return a multi-line text, cleaned in the same way as when it is saved."""
        return _clean_text(self.values.get(name, ""), MAX_TEXT_LENGTH)

    def names(self, name: str) -> list[str]:
        """Return the names in a field, which are separated by semicolons."""
        return [words[:MAX_NAME_LENGTH] for part in self.text(name).split(";") if (words := " ".join(part.split()))]

    def is_checked(self, name: str) -> bool:
        return bool(self.values.get(name))

    def day(self, name: str) -> date | None:
        """Return a date, or None if the value is not a date."""
        try:
            return parse_date(self.line(name))
        except ValueError:
            return None

    def numbers(self, name: str) -> list[int]:
        """Return the numbers in a field, each of at most six digits."""
        return [int(number) for number in re.findall(r"\d{1,6}", self.line(name))]

    def has(self, name: str) -> bool:
        """Return whether the field was submitted; browsers do not submit a disabled field."""
        return name in self.values

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed into the row."""
        ignored = {"row", "place", "parent", "DELETE", "id", "explain", "kind", "stance"}
        return not any(value.strip() for name, value in self.values.items() if name not in ignored)


@dataclass(frozen=True)
class Row(Fields):
    """A submitted row; ``index`` is the number in the names of its controls."""

    index: int

    @cached_property
    def uid(self) -> UUID:
        """The submitted uid of the row, or a new one if it is missing or invalid."""
        try:
            return UUID(self.values.get("row", ""))
        except ValueError:
            return uuid4()

    @property
    def number(self) -> int | None:
        """The number of a source, or None for a new source."""
        return parse_number(self.values.get("row", ""), digits=MAX_DIGITS)

    @property
    def place(self) -> tuple[int, int]:
        """The sort key of the row in its formset."""
        place = parse_number(self.values.get("place", ""), digits=MAX_DIGITS)
        return (self.index + 1 if place is None else place), self.index


@dataclass(frozen=True)
class SubmittedForm:
    """A submitted form: its own fields, and the rows of its formsets, keyed by prefix."""

    fields: Fields
    formsets: Mapping[str, list[Row]]

    @classmethod
    def parse(cls, posted: Mapping[str, str]) -> "SubmittedForm":
        """Parse POST data with one value for each name."""
        rows: dict[tuple[str, int], dict[str, str]] = {}
        own_fields = {}
        for name, value in posted.items():
            if match := _ROW.fullmatch(name):
                rows.setdefault((match[1], int(match[2])), {})[match[3]] = value
            else:
                own_fields[name] = value
        formsets: dict[str, list[Row]] = {}
        for (prefix, index), values in rows.items():
            formsets.setdefault(prefix, []).append(Row(values, index))
        return cls(Fields(own_fields), formsets)

    def rows(self, prefix: str) -> Iterator[Row]:
        """Yield the rows of a formset in order, without deleted ones."""
        for row in sorted(self.formsets.get(prefix, ()), key=lambda row: row.place):
            if not row.is_checked("DELETE"):
                yield row


def index_by_uid[Part: FrozenModel](parts: tuple[Part, ...]) -> dict[UUID, Part]:
    return {part.uid: part for part in parts}  # type: ignore[attr-defined]  # every part passed in has a uid
