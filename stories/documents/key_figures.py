"""Figures of *In figures* as sentences, and sentences as figures."""

import re
from datetime import date
from typing import NamedTuple

from stories.documents.days import format_day, parse_day
from stories.documents.schema import KeyFigure

_IN_BRACKETS = re.compile(r"(?P<words>.*?) ?\((?P<origin>[^()]*)\)")


def describe_origin(figure: KeyFigure, language: str) -> str:
    """Return according to whom and as of which day a figure is, such as “Civil defence, 9 November 2026”."""
    day = format_day(figure.as_of, language) if figure.as_of else ""
    return ", ".join(part for part in (figure.according_to, day) if part)


def write_sentence(value: str, counts: str, origin: str, *, separator: str = " ", citation: str = "") -> str:
    """Return a figure as one sentence, such as “4,200 homes evacuated (Civil defence, 9 November 2026).”."""
    words = separator.join(part for part in (value, counts) if part)
    return f"{words}{f' ({origin})' if origin else ''}{citation}."


def write_item(figure: KeyFigure, language: str) -> str:
    """Return a figure as a line of plain text that ``read_item`` reads.

    An example is “4,200: homes evacuated (Civil defence, 9 November 2026)”.
    """
    origin = describe_origin(figure, language)
    words = f"{figure.value}: {figure.counts}".rstrip()
    return " ".join(f"{words} ({origin})".split() if origin else words.split())


class FigureParts(NamedTuple):
    """The parts of a figure that plain text can represent."""

    value: str
    counts: str
    according_to: str
    as_of: date | None


def read_item(line: str) -> FigureParts | None:
    """Return the parts of a figure in a line of plain text, or None if it has no colon after a figure."""
    match = _IN_BRACKETS.fullmatch(line)
    words, origin = (match["words"], match["origin"]) if match else (line, "")
    value, found, counts = words.partition(": ")
    if not found:
        value, found, counts = (words[:-1], ":", "") if words.endswith(":") else (words, "", "")
    if not (found and value.strip()):
        return None
    according_to, _, last = origin.rpartition(", ")
    day = parse_day(last)
    return FigureParts(value.strip(), counts.strip(), according_to if day else origin, day)
