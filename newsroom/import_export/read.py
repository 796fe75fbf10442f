"""Reading a file of a spreadsheet program, whatever its format, encoding and separator, within limits."""

import csv
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

LARGEST_FILE = 2 * 1024 * 1024
LARGEST_UNPACKED = 40 * 1024 * 1024
MOST_PARTS = 500
MOST_ELEMENTS = 1_000_000  # of all parts together; a table of the largest size has some 900,000
MOST_ROWS = 5_000
MOST_COLUMNS = 60
MOST_CELLS = (MOST_ROWS + 1) * (MOST_COLUMNS + 1)
LONGEST_CELL = 50_000
LONGEST_NUMBER = 9
# Errors of reading a file that is broken, or was made to break its reader.
READ_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, InvalidFileException, ParseError, EOFError, OSError, RuntimeError,
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
# Elements of a sheet with any namespace prefix.
_ROW, _CELL = (re.compile(rb"<(?:[^\s<>/:]+:)?" + name + rb"[\s/>]") for name in (b"row", b"c"))
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "upright lines"}


class UnreadableError(Exception):
    """Raised for a file that cannot be read as a table; the message says why, with the line where there is one."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was read: its headings, its rows with their line numbers, and a sentence on how it was read.

    ``as_text`` is the table as CSV with line numbers, for ``again``.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    how: str = ""
    as_text: str = field(default="", repr=False)


def read_table(content: bytes) -> Table:
    """Return the table in a file: XLSX, recognised by its first bytes, or text. Raise UnreadableError."""
    if len(content) > LARGEST_FILE:
        raise UnreadableError("This is more than 2 MB.")
    if content[:4] == b"PK\x03\x04":
        return _kept(_numbered(_rows_of_xlsx(content)), "Read as XLSX, the first sheet.")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadableError("This is a file of an old Excel. Save it as XLSX or CSV.")
    text, encoding = _decoded(content)
    separator = _separator_of(text)
    return _kept(_rows_of_csv(text, separator), f"Read as CSV in {encoding}, parted by {SEPARATORS[separator]}.")


def read_stored_table(text: str) -> Table:
    """Return the table from its ``as_text``. Raise UnreadableError."""
    table = _kept(_rows_of_csv(text, ","), "")
    rows = [(_number(cells[0]), cells[1:]) for _, cells in table.rows if cells]
    return Table(table.headings[1:], rows)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER else 0


def _kept(rows: Iterable[tuple[int, list[str]]], how: str) -> Table:
    found = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not found:
        raise UnreadableError("There is nothing in this table.")
    (_, headings), *body = found
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    # With the line number of each row, which ``again`` needs.
    writer.writerow(["line", *headings])
    writer.writerows([line, *cells] for line, cells in body)
    return Table(headings, body, how, buffer.getvalue())


def _decoded(content: bytes) -> tuple[str, str]:
    for mark, encoding, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding), name
            except UnicodeDecodeError as error:
                raise UnreadableError(f"It says it is {name}, but is not.") from error
    try:
        return content.decode(), "UTF-8"
    except UnicodeDecodeError:
        # Bytes that Windows-1252 does not define occur in no text.
        return content.decode("cp1252", "replace"), "Windows-1252, as it is not UTF-8: look at its accents"


def _separator_of(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: (first.count(separator), separator == ","))


def _rows_of_csv(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin, number = 1, 0
    try:
        for cells in reader:
            yield begin, _bounded(cells, begin)
            begin, number = reader.line_num + 1, number + 1
            if number > MOST_ROWS + 1:
                raise UnreadableError(f"A table has at most {MOST_ROWS:,} rows.")
    except csv.Error as error:
        raise UnreadableError(f"Line {begin} cannot be read: {error}.") from error


def _rows_of_xlsx(content: bytes) -> Iterator[list[str]]:
    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise UnreadableError("There is no sheet in this file.")
        _refuse_crowded(content, book.worksheets[0]._worksheet_path)
        for row in book.worksheets[0].iter_rows(max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS + 2, values_only=True):
            yield [_said(cell) for cell in row]
        book.close()
    except READ_ERRORS as error:
        raise UnreadableError("This is no XLSX file, or a broken one.") from error


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        if number > MOST_ROWS + 1 and any(cells):
            raise UnreadableError(f"A table has at most {MOST_ROWS:,} rows.")
        yield number, _bounded(cells, number)


def _refuse_bombs(content: bytes) -> None:
    """Raise UnreadableError for a file that is too large unpacked or has a DTD, before openpyxl reads it."""
    elements = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise UnreadableError("Unpacked, this file is far too large.")
            for part in parts:
                # A part may be larger than it claims, so no more than that and one byte is read.
                with packed.open(part) as opened:
                    beginning = opened.read(part.file_size + 1)
                # In UTF-16 each character of a declaration has a NUL beside it.
                signs = beginning.replace(b"\0", b"")
                elements += signs.count(b"<") - signs.count(b"</")
                if len(beginning) > part.file_size or b"<!DOCTYPE" in signs or b"<!ENTITY" in signs:
                    raise UnreadableError("This is no file of a spreadsheet program.")
                if elements > MOST_ELEMENTS:
                    raise UnreadableError(
                        f"Unpacked, this file is far too large: a table has at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns."
                    )
    except READ_ERRORS as error:
        raise UnreadableError("This is no XLSX file, or a broken one.") from error


def _refuse_crowded(content: bytes, path: str) -> None:
    """Raise UnreadableError for too many rows or cells in the XML of a sheet."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        # Counted in the XML: openpyxl reads rows and cells with a repeated position too, but does not return them.
        sheet = packed.read(path).replace(b"\0", b"")
    if sum(1 for _ in _ROW.finditer(sheet)) > MOST_ROWS + 1:
        raise UnreadableError(f"A table has at most {MOST_ROWS:,} rows.")
    if sum(1 for _ in _CELL.finditer(sheet)) > MOST_CELLS:
        raise UnreadableError(f"A table has at most {MOST_COLUMNS} columns.")


def _bounded(cells: list[str], line: int) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise UnreadableError(f"Line {line} has more than {MOST_COLUMNS} columns.")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        raise UnreadableError(f"A cell in line {line} has more than {LONGEST_CELL:,} characters.")
    return cells


def _said(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
