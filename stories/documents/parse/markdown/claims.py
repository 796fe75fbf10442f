"""Read the points of a Markdown body into the rows of its front matter."""

import re
from collections.abc import Collection
from typing import cast

from newsroom.text.figures.moments import read_moment
from newsroom.text.slugs import slugify
from stories.documents import AnyDocument, Explainer
from stories.documents.cell_values import read_amounts
from stories.documents.claim_lines import CellParts, LineFormat, read_cell, read_title, shown_name
from stories.documents.export.markdown_claims import MEANING, drop_meaning, split_block
from stories.documents.fields import FieldSpec
from stories.documents.parse.known_names import KnownNames
from stories.documents.parse.notes import Note, UnreadableDocumentError, describe_missing_source, describe_unread
from stories.documents.walk import replace_values

_LINK = re.compile(r"\]\(claim:(?P<slug>[^\s()<>]+)\)")

type Row = dict[str, object]


class ClaimReader:
    """A reader of the headings and lists of points. ``numbers`` are the numbers of the sources in the front matter."""

    def __init__(self, lines: LineFormat, numbers: Collection[object], known_names: KnownNames) -> None:
        self._lines = lines
        self._numbers = numbers
        self._known_names = known_names
        self.notes: list[Note] = []

    def read(self, row: Row, title: str, line: int, text_lines: list[str]) -> list[Row]:
        """Set the fields of ``row``, a point whose heading is on ``line``. Return the rows of its cells in order.

        A cell that is new, or has another value, gets the amounts or the moment in its value.
        """
        row["claim"], day = read_title(title.strip(), self._lines)
        row["as_of"] = day
        items, note = split_block(text_lines)
        named: list[tuple[str, CellParts]] = []
        unread: list[str] = []
        for place, words in items:
            if cell := read_cell(words, self._lines):
                named.append((cell[0], self._check_source(cell[1], line + 1 + place)))
            else:
                unread.append(f"- {words}")
                self.notes.append(describe_unread(words, line + 1 + place))
        row["note"] = "\n\n".join(part for part in ("\n".join(unread), note) if part)
        cells = self._match_rows(_cell_rows(row), [name for name, _ in named])
        for cell_row, (_, parts) in zip(cells, named, strict=True):
            is_new = "uid" not in cell_row or cell_row.get("value", parts.value) != parts.value
            drop_meaning(cell_row, "value", parts.value, MEANING)
            cell_row.update(parts._asdict())
            if is_new and row.get("kind") == "figure":
                cell_row.update(read_amounts(parts.value, self._lines.language)._asdict())
            elif is_new and row.get("kind") == "date":
                as_of = parts.as_of or day
                cell_row["when"] = read_moment(parts.value, self._lines.language, as_of=as_of)
        return cells

    def _check_source(self, parts: CellParts, line: int) -> CellParts:
        if parts.source is None or parts.source in self._numbers:
            return parts
        self.notes.append(describe_missing_source(parts.source, line))
        return parts._replace(source=None)

    def _match_rows(self, rows: list[Row], names: list[str]) -> list[Row]:
        """Return the row for each name: the one of this outlet, or else an unused one, or else a new one."""
        shown = [shown_name(_name_of(row)) for row in rows]
        if names == shown:
            return rows
        matched: list[Row | None] = []
        for name in names:
            place = shown.index(name) if name in shown else None
            matched.append(rows[place] if place is not None else None)
            if place is not None:
                shown[place] = "\n"  # no name has a line break
        unused = [row for row in rows if not any(row is each for each in matched)]
        rows_left = iter(unused if len(names) == len(rows) else ())
        result: list[Row] = []
        for name, found in zip(names, matched, strict=True):
            row = found if found is not None else next(rows_left, {})
            if found is None:
                row["outlet"] = self._known_names.find_outlet(name).model_dump(mode="json")
            result.append(row)
        return result


def _cell_rows(row: Row) -> list[Row]:
    cells = row.get("cells") or []
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise UnreadableDocumentError(1, "“cells” in the front matter must be a list of groups of named values.")
    return cast("list[Row]", cells)


def _name_of(row: Row) -> str:
    outlet = row.get("outlet")
    return str(outlet.get("name", "")) if isinstance(outlet, dict) else ""


def link_claims(document: AnyDocument) -> AnyDocument:
    """Return the document with links such as ``claim:homes-emptied`` to the uid of the point with this slug."""
    if not isinstance(document, Explainer) or not document.claims:
        return document
    uids = {slugify(claim.claim): claim.uid for claim in reversed(document.claims)}

    def write_uids(name: str, spec: FieldSpec, value: object) -> object:
        if spec.comparator != "text" or not isinstance(value, str):
            return value
        return _LINK.sub(lambda match: f"](claim:{uids.get(match['slug'], match['slug'])})", value)

    return replace_values(document, write_uids)
