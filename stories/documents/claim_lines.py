"""Points on which outlets are compared as lines of text, and lines of text as points."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NamedTuple

from stories.documents.days import format_day, parse_day
from stories.documents.headings import AS_OF, DENIES, SAYS, list_headings, usual_heading
from stories.documents.schema import Cell, Claim

_SIGNS = {"–": "silent", "?": "unclear"}
_IN_BRACKETS = re.compile(r"(?:^|(?<=\s))\((?P<words>[^()]+)\)$")
_CITATION = re.compile(r"(?:^|(?<=\s))\[@(?P<number>[0-9]{1,6})\]$")
_QUOTATION = re.compile(r"(?:^|(?<=\s))“(?P<words>[^“”]*)”$")


@dataclass(frozen=True, slots=True)
class LineFormat:
    """A format of lines: their language, how they write days, and how they cite sources.

    A line is read only in the form in which it is written. Citations are left out if ``cite`` writes nothing.
    """

    language: str
    write_day: Callable[[date], str]
    cite: Callable[[int], str]

    def take_day(self, words: str, *, label: str = "") -> tuple[str, date | None]:
        """Return ``words`` without the day in brackets at their end, and the day."""
        match = _IN_BRACKETS.search(words)
        day = _read_day(match["words"].removeprefix(label).lstrip()) if match else None
        if match and day and match["words"] == single_line(label, self.write_day(day)):
            return words[: match.start()].rstrip(), day
        return words, None

    def take_citation(self, words: str) -> tuple[str, int | None]:
        """Return ``words`` without the citation at their end, and the number of the source."""
        match = _CITATION.search(words)
        if match and self.cite(number := int(match["number"])) == match[0]:
            return words[: match.start()].rstrip(), number
        return words, None


def plain_lines(language: str, cite: Callable[[int], str] = lambda number: "") -> LineFormat:
    """Return the format of plain text: days in words, and citations that ``cite`` writes."""
    return LineFormat(language, lambda day: format_day(day, language), cite)


def markdown_lines(language: str) -> LineFormat:
    """Return the format of Markdown: days in ISO 8601, and citations such as ``[@3]``."""
    return LineFormat(language, date.isoformat, "[@{}]".format)


def _read_day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return parse_day(words)


def single_line(*parts: str) -> str:
    """Return the parts on one line, separated by single spaces."""
    return " ".join(" ".join(parts).split())


def take_quotation(words: str) -> tuple[str, str]:
    """Return ``words`` without the quoted words at their end, and the quoted words."""
    match = _QUOTATION.search(words)
    return (words[: match.start()].rstrip(), match["words"]) if match else (words, "")


def write_title(claim: Claim, lines: LineFormat) -> str:
    """Return a point with its day, such as “Homes emptied (as of 11 November 2026)”."""
    day = f"({usual_heading(AS_OF, lines.language)} {lines.write_day(claim.as_of)})" if claim.as_of else ""
    return single_line(claim.claim, day)


def read_title(title: str, lines: LineFormat) -> tuple[str, date | None]:
    """Return the point and the day in a line that ``write_title`` wrote."""
    return lines.take_day(title, label=usual_heading(AS_OF, lines.language))


class CellParts(NamedTuple):
    """The fields of a cell that a line has, other than the outlet."""

    stance: Literal["says", "denies", "silent", "unclear"] = "says"
    value: str = ""
    quotation: str = ""
    attributed_to: str = ""
    source: int | None = None
    as_of: date | None = None


def write_cell(cell: Cell, lines: LineFormat) -> str:
    """Return what an outlet says as a line, such as “Ansgar Wire: some 4,200, says civil defence [@1]”."""
    sign = next((sign for sign, stance in _SIGNS.items() if stance == cell.stance), "")
    denial = f"{usual_heading(DENIES, lines.language)}:" if cell.stance == "denies" else ""
    words = single_line(sign, denial, cell.value, f"“{cell.quotation}”" if cell.quotation else "")
    if speaker := single_line(cell.attributed_to):
        words += f", {usual_heading(SAYS, lines.language)} {speaker}"
    cited = lines.cite(cell.source) if cell.source else ""
    day = f"({lines.write_day(cell.as_of)})" if cell.as_of else ""
    return single_line(f"{single_line(cell.outlet.name)}:", words, cited, day)


def shown_name(name: str) -> str:
    """Return the name of an outlet as ``read_cell`` reads it from the line of a cell."""
    return single_line(name).partition(": ")[0]


def read_cell(line: str, lines: LineFormat) -> tuple[str, CellParts] | None:
    """Return the name of an outlet and what it says in a line that ``write_cell`` wrote, or None without a colon."""
    name, found, words = f"{line} ".partition(": ")
    if not found:
        return None
    values: dict[str, Any] = {}
    words, values["as_of"] = lines.take_day(words.strip())
    words, values["source"] = lines.take_citation(words)
    for says in list_headings(SAYS, lines.language):
        before, found, speaker = words.rpartition(f", {says} ")
        if found and "”" not in speaker:
            words, values["attributed_to"] = before.rstrip(), speaker
            break
    words, values["quotation"] = take_quotation(words)
    denials = (f"{denies}:" for denies in list_headings(DENIES, lines.language))
    if stance := _SIGNS.get(words):
        values["stance"], words = stance, ""
    elif denial := next((each for each in denials if f"{words} ".startswith(f"{each} ")), ""):
        values["stance"], words = "denies", words.removeprefix(denial).lstrip()
    return name.strip(), CellParts(value=words, **values)


def parts_of(cell: Cell) -> CellParts:
    """Return the fields of a cell that a line has."""
    return CellParts(cell.stance, cell.value, cell.quotation, cell.attributed_to, cell.source, cell.as_of)
