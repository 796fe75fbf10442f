"""The record as a table for spreadsheets: streamed row by row, and never read as a formula."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import batched

from newsroom.audit.models import Event
from newsroom.audit.sentences import sentence_for
from newsroom.audit.subjects import attach

HEADINGS = ("at", "person", "verb", "kind", "thing", "uid", "sentence", "reason", "before", "after")
# Excel takes a file without this mark for one in the machine's old encoding; other programs skip it.
BYTE_ORDER_MARK = "\ufeff"
BATCH = 500


class _Line:
    """Gives back what the writer writes, instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def lines(events: Iterable[Event]) -> Iterator[str]:
    """Yield the table line by line (RFC 4180), the byte order mark first; times are ISO 8601 in UTC."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow(HEADINGS)
    for batch in batched(events, BATCH):  # the things of one batch are found in one query for each kind
        attach(batch)
        for event in batch:
            yield writer.writerow([harmless(cell) for cell in _cells(event)])


def harmless(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula (OWASP, CSV Injection): an apostrophe before it."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def _cells(event: Event) -> list[str]:
    return [
        event.at.isoformat(),
        event.by_name,
        event.verb,
        event.kind,
        event.thing.title if event.thing else "",
        str(event.uid),
        sentence_for(event),
        event.reason,
        _json(event.before),
        _json(event.after),
    ]


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
