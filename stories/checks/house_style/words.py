"""Load house style entries, and import them from CSV."""

import csv
from dataclasses import dataclass
from io import StringIO

from django.core.exceptions import ValidationError
from django.db import transaction

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit import track_changes
from newsroom.db.statements import PreparedQuery
from stories.checks.house_style.match import Entry
from stories.models import HouseWord

ADD_PERMISSION = "stories.add_houseword"
CHANGE_PERMISSION = "stories.change_houseword"
MAX_LINES = 1_000
_ENTRIES = PreparedQuery(
    lambda: HouseWord.objects.values_list("pk", "written", "preferred", "reason", "language", "is_case_sensitive")
)
_TRUE_VALUES = {"yes", "true", "1", "x"}
# Possible first two cells of a header row, in this and in earlier releases.
_HEADINGS = {"avoid": {"use instead", ""}, "not so": {"but so", ""}, "written": {"preferred", ""}}


def load_entries() -> tuple[Entry, ...]:
    """Return all entries. This takes one query."""
    return tuple(Entry(*row) for row in _ENTRIES())


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A refused line of CSV: its number, counted from 1, and the reason."""

    line: int
    reason: str


def import_entries(text: str, *, by: User) -> tuple[int, int, list[RefusedLine]]:
    """Import lines of CSV, skipping blank lines and headers. If any line is refused, import nothing.

    The columns are the written form, the preferred form, the reason, the language, and “yes” if case matters. Only the
    first column is required. Return the number of new entries, the number of changed entries, and the refused lines.
    Each new or changed entry is recorded in the audit log. Raise NotAllowedError unless the user may both add and
    change entries.
    """
    require_permission(by, ADD_PERMISSION, "You don’t have permission to add to the house style.")
    require_permission(by, CHANGE_PERMISSION, "You don’t have permission to change the house style.")
    refused: list[RefusedLine] = []
    added = changed = 0
    with transaction.atomic():
        for number, cells in _read_lines(text, refused):
            word = _build_entry(cells)
            try:
                is_new = word.pk is None
                before = {} if is_new else track_changes.stored_state(word)
                word.full_clean()
            except ValidationError as refusal:
                refused.append(RefusedLine(number, " ".join(dict.fromkeys(refusal.messages))))
                continue
            word.save()
            if is_new:
                track_changes.record_added(word, by=by)
                added += 1
            else:
                changed += track_changes.record_changed(word, before, by=by) is not None
        if refused:
            transaction.set_rollback(True)
            return 0, 0, refused
    return added, changed, []


def _read_lines(text: str, refused: list[RefusedLine]) -> list[tuple[int, list[str]]]:
    cleaned = text.replace("\0", "").lstrip("\ufeff")
    first_line = cleaned.partition("\n")[0]
    delimiter = "\t" if "\t" in first_line else ";" if ";" in first_line and "," not in first_line else ","
    lines: list[tuple[int, list[str]]] = []
    reader = csv.reader(StringIO(cleaned), delimiter=delimiter)
    try:
        lines.extend(
            (reader.line_num, [*(cell.strip() for cell in cells), "", "", "", ""][:5])
            for cells in reader
            if any(cell.strip() for cell in cells)
        )
    except csv.Error:
        refused.append(RefusedLine(reader.line_num, "This line is not valid CSV."))
    if lines and _is_header(lines[0][1]):
        del lines[0]
    if len(lines) > MAX_LINES:
        refused.append(RefusedLine(lines[MAX_LINES][0], f"You can import at most {MAX_LINES:,} lines at a time."))
        return []
    return lines


def _is_header(cells: list[str]) -> bool:
    return cells[1].casefold() in _HEADINGS.get(cells[0].casefold(), ())


def _build_entry(cells: list[str]) -> HouseWord:
    written, preferred, reason, language, capitals = cells
    written = " ".join(written.split())
    word = HouseWord.objects.lock_entry(written, language) or HouseWord(written=written, language=language)
    word.preferred, word.reason = preferred, reason
    word.is_case_sensitive = capitals.casefold() in _TRUE_VALUES
    return word
