"""Parse the points of a text: each is a list item with the point, a line for each outlet, and a note below them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from newsroom.text.figures.moments import read_moment
from newsroom.text.fold import fold
from stories.documents import Cell, Claim, NamedOutlet
from stories.documents.cell_values import read_amounts
from stories.documents.claim_lines import CellParts, LineFormat, read_cell, read_title
from stories.documents.parse.headings import AGREEMENT
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.limits import MAX_OUTLET_NAME
from stories.documents.parse.notes import (
    CLAIM_UNREAD,
    Note,
    describe_missing_source,
    describe_repeated,
    describe_unread,
)
from stories.documents.parse.text.layout import Item, Paragraph, Part, join_lines
from stories.documents.parse.text.prose import write_markdown
from stories.documents.schema.values import outlet_key

MAX_TITLE_LENGTH = 300
_MAX_VALUE_LENGTH = 300
_MAX_SPEAKER_LENGTH = 200


@dataclass(slots=True)
class ClaimParser:
    """A parser of points in the format ``lines``."""

    lines: LineFormat
    known_names: KnownNames
    make_uid: Callable[[], UUID]
    notes: list[Note] = field(default_factory=list)

    def parse(self, parts: Iterable[Part]) -> tuple[Claim, ...]:
        """Return the points in the list items of the parts, with a note for each paragraph outside the items."""
        claims: list[Claim] = []
        for part in parts:
            for block in part.content if part.code == AGREEMENT else ():
                if isinstance(block, Paragraph):
                    self.notes.append(
                        Note(block.line, CLAIM_UNREAD, "This is not a list item with a point. It became text.")
                    )
                elif lines := [line for line in block.lines if line.text]:
                    claims.append(self._parse_item(block, lines[0]))
        return tuple(claims)

    def _parse_item(self, item: Item, title: Paragraph) -> Claim:
        below = item.lines[item.lines.index(title) + 1 :]
        end = next((place for place, line in enumerate(below) if not line.text), len(below))
        claim, as_of = read_title(title.text, self.lines)
        claim, excess = self.split_title(claim, title.line)
        cells, rest = self.read_cells([(line.line, line.text) for line in below[:end]], as_of=as_of)
        unread = [Paragraph(line, words) for line, words in [(title.line, excess), *rest] if words]
        return Claim(
            uid=self.make_uid(),
            claim=claim,
            kind=guess_kind(cells),
            as_of=as_of,
            note=write_markdown([*unread, *join_lines(below[end:])]),
            cells=cells,
        )

    def split_title(self, title: str, line: int) -> tuple[str, str]:
        """Return a title that is short enough, and the rest of its words. Add a note if there are any."""
        if len(title) <= MAX_TITLE_LENGTH:
            return title, ""
        begin = title[:MAX_TITLE_LENGTH].rsplit(" ", 1)[0]
        message = f"This point is longer than {MAX_TITLE_LENGTH} characters. The rest became its note."
        self.notes.append(Note(line, CLAIM_UNREAD, message))
        return begin, title.removeprefix(begin).strip()

    def read_cells(
        self, numbered: list[tuple[int, str]], *, as_of: date | None, ends_with_note: bool = True
    ) -> tuple[tuple[Cell, ...], list[tuple[int, str]]]:
        """Return what the outlets say, and the lines that say nothing of an outlet or are a further line of one.

        Cells get the amounts or the moments in their values; ``as_of`` is the day of the point. Add a note for each
        such line. With ``ends_with_note``, other lines below the last outlet are the note on the point.
        """
        cells: list[Cell] = []
        rest: list[tuple[int, str]] = []
        repeated: set[int] = set()
        last = 0
        for line, words in numbered:
            outlet, parts = self._read_line(words)
            if outlet is None:
                rest.append((line, words))
            elif any(outlet_key(cell.outlet) == outlet_key(outlet) for cell in cells):
                rest.append((line, words))
                repeated.add(line)
            else:
                cells.append(self._build_cell(line, outlet, parts))
                last = line
        for line, words in rest:
            if line in repeated:
                self.notes.append(describe_repeated(words, line))
            elif line < last or not ends_with_note:
                self.notes.append(describe_unread(words, line))
        return tuple(_fill_meaning(cells, self.lines.language, as_of)), rest

    def _read_line(self, words: str) -> tuple[NamedOutlet | None, CellParts]:
        name, parts = read_cell(words, self.lines) or ("", CellParts())
        return self.known_names.find_outlet(name) if fold(name) and _is_short(name, parts) else None, parts

    def _build_cell(self, line: int, outlet: NamedOutlet, parts: CellParts) -> Cell:
        if parts.source is not None:
            self.notes.append(describe_missing_source(parts.source, line))
        return Cell(uid=self.make_uid(), outlet=outlet, **parts._replace(source=None)._asdict())


def _fill_meaning(cells: list[Cell], language: str, as_of: date | None) -> list[Cell]:
    """Return the cells with the moments in their values if each value is one, or else with the amounts of figures."""
    moments = [read_moment(cell.value, language, as_of=cell.as_of or as_of) for cell in cells]
    if any(moments) and all(moment or not cell.value for cell, moment in zip(cells, moments, strict=True)):
        return [cell.model_copy(update={"when": moment}) for cell, moment in zip(cells, moments, strict=True)]
    if guess_kind(cells) == "figure":
        return [cell.model_copy(update=read_amounts(cell.value, language)._asdict()) for cell in cells]
    return cells


def guess_kind(cells: Iterable[Cell]) -> Literal["date", "figure", "fact"]:
    """Return *date* if the values have moments, *figure* if one has a digit, and *fact* otherwise."""
    if any(cell.when for cell in cells):
        return "date"
    return "figure" if any(character.isdecimal() for cell in cells for character in cell.value) else "fact"


def _is_short(name: str, parts: CellParts) -> bool:
    return (
        len(name) <= MAX_OUTLET_NAME
        and max(len(parts.value), len(parts.quotation)) <= _MAX_VALUE_LENGTH
        and len(parts.attributed_to) <= _MAX_SPEAKER_LENGTH
    )
