"""Export points as Markdown: a heading and a list of outlets for each; the front matter has the other fields."""

from collections.abc import Collection
from typing import Any

from stories.documents import Claim, Explainer
from stories.documents.claim_lines import (
    CellParts,
    markdown_lines,
    read_cell,
    read_title,
    shown_name,
    write_cell,
    write_title,
)

type Exact = dict[str, object]

# The fields of a cell that have the meaning of its value. With them, the front matter also has the value that they
# belong to, and an import leaves them out if the body has another.
MEANING = ("low", "high", "approximate", "when")


def format_claim(claim: Claim, language: str, *, with_note: bool) -> str:
    """Return what the outlets say about a point as a list, with the note on the point below it."""
    lines = markdown_lines(language)
    cells = "\n".join(f"- {write_cell(cell, lines)}" for cell in claim.cells)
    return "\n\n".join(part for part in (cells, claim.note if with_note else "") if part)


def split_block(text_lines: list[str]) -> tuple[list[tuple[int, str]], str]:
    """Return the places and the words of the list items at the beginning of a block, and the text below them."""
    place = next((place for place, line in enumerate(text_lines) if line.strip()), len(text_lines))
    items: list[tuple[int, str]] = []
    while place < len(text_lines) and text_lines[place].startswith("- "):
        items.append((place, text_lines[place].removeprefix("- ")))
        place += 1
    return items, "\n".join(text_lines[place:]).strip("\n")


def may_show_note(claim: Claim, language: str) -> bool:
    """Return whether a block with the note of a point is read back with the same cells and the same note."""
    items, note = split_block(format_claim(claim, language, with_note=True).split("\n"))
    return note == claim.note and len(items) == len(claim.cells)


def move_claims(body: dict[str, Any], exact: Exact, story: Explainer, *, shown_notes: set[int]) -> None:
    """Remove from ``body`` what the blocks of the points have; add to ``exact`` what they would not restore.

    ``shown_notes`` are the indexes of the points whose blocks have their note.
    """
    lines = markdown_lines(story.language)
    for index, (claim, row) in enumerate(zip(story.claims, body.get("claims", ()), strict=True)):
        path = f"claims.{index}"
        title = dict(zip(("claim", "as_of"), read_title(write_title(claim, lines), lines), strict=True))
        move_fields(row, exact, path, claim, {**title, "note": claim.note if index in shown_notes else ""})
        for place, (cell, cell_row) in enumerate(zip(claim.cells, row.get("cells", ()), strict=True)):
            name, parts = read_cell(write_cell(cell, lines), lines) or ("", CellParts())
            if name != shown_name(cell.outlet.name):
                exact[f"{path}.cells.{place}.outlet"] = cell_row["outlet"]
            move_fields(cell_row, exact, f"{path}.cells.{place}", cell, parts._asdict())
            keep_value(cell_row, cell, "value", parts._asdict(), MEANING)


def move_fields(row: dict[str, Any], exact: Exact, path: str, value: Any, read: dict[str, object]) -> None:
    """Remove the fields in ``read`` from ``row``; add those whose value is not the one in ``read`` to ``exact``."""
    for name, read_value in read.items():
        plain = row.pop(name)
        if getattr(value, name) != read_value:
            exact[f"{path}.{name}"] = plain
    for name, field in type(value).model_fields.items():
        if name in row and not field.is_required() and getattr(value, name) == field.get_default():
            del row[name]


def keep_value(row: dict[str, Any], value: Any, name: str, read: dict[str, object], meaning: Collection[str]) -> None:
    """Leave the field ``name`` in ``row`` if the fields in ``meaning`` are in use and the body has the same value."""
    if read.get(name) == getattr(value, name) and any(field in row for field in meaning):
        row[name] = getattr(value, name)


def drop_meaning(row: dict[str, Any], name: str, new: object, meaning: Collection[str]) -> None:
    """Remove the fields in ``meaning`` from ``row`` if they belong to another value of the field ``name`` than ``new``."""
    if row.get(name, new) != new:
        for field in meaning:
            row.pop(field, None)
