"""The audit log as CSV for spreadsheets. No cell can be read as a formula."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import batched
from tempfile import TemporaryFile
from typing import IO

from django.db.models import QuerySet

from newsroom.audit.models import Event
from newsroom.audit.sentences import format_entry
from newsroom.audit.subjects import attach_subjects
from newsroom.operations.replica import using_replica

HEADINGS = ("at", "person", "verb", "kind", "thing", "uid", "sentence", "reason", "before", "after")
# Without a byte order mark, which other programs ignore, Excel reads the file in the machine's legacy encoding.
BYTE_ORDER_MARK = "\ufeff"
BATCH_SIZE = 500


class _Line:
    """A file-like object whose ``write`` returns the line instead of storing it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Yield rows as lines of CSV (RFC 4180), beginning with the byte order mark."""
    writer = csv.writer(_Line())
    for number, cells in enumerate(rows):
        yield ("" if number else BYTE_ORDER_MARK) + writer.writerow(cells)


def write_csv(rows: Iterable[Iterable[str]]) -> IO[bytes]:
    """Write rows as CSV to a temporary file, and return the open file, which is deleted when it is closed."""
    file = TemporaryFile()  # noqa: SIM115 -- returned open; the response closes it
    file.writelines(line.encode() for line in csv_lines(rows))
    file.seek(0)
    return file


@using_replica
def write_audit_log(events: QuerySet[Event]) -> IO[bytes]:
    """Write entries of the audit log as CSV to a temporary file. The column ``at`` is in UTC (ISO 8601)."""
    return write_csv(_rows(events.iterator(chunk_size=BATCH_SIZE)))


def _rows(events: Iterable[Event]) -> Iterator[Iterable[str]]:
    yield HEADINGS
    for batch in batched(events, BATCH_SIZE):  # one query per kind finds the objects of a batch
        attach_subjects(batch)
        for event in batch:
            yield [escape_formula(cell) for cell in _cells(event)]


def escape_formula(cell: str) -> str:
    """Return the cell, prefixed with an apostrophe if it might be read as a formula (OWASP, CSV Injection)."""
    return f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) or cell.startswith(("\t", "\r", "\n")) else cell


def _cells(event: Event) -> list[str]:
    return [
        event.at.isoformat(),
        event.by_name,
        event.verb,
        event.kind,
        event.subject.title if event.subject else "",
        str(event.uid),
        format_entry(event),
        event.reason,
        _json(event.before),
        _json(event.after),
    ]


def _json(values: dict[str, object]) -> str:
    return json.dumps(values, ensure_ascii=False) if values else ""
