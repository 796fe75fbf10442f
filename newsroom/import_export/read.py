"""Read a table of limited size from an XLSX or CSV file. The encoding and separator of CSV are detected."""

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

MAX_FILE_SIZE = 2 * 1024 * 1024
MAX_UNPACKED_SIZE = 40 * 1024 * 1024
MAX_PARTS = 500
# XML elements in all parts of the archive together. A table of the maximum size has about 900,000.
MAX_ELEMENTS = 1_000_000
MAX_ROWS = 5_000
MAX_COLUMNS = 60
MAX_CELLS = (MAX_ROWS + 1) * (MAX_COLUMNS + 1)
MAX_CELL_LENGTH = 50_000
MAX_LINE_DIGITS = 9
# Errors raised for a file that is corrupt, or that was crafted to break its reader.
READ_ERRORS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, InvalidFileException, ParseError, EOFError, OSError, RuntimeError,
    ArithmeticError, AttributeError, LookupError, TypeError, ValueError,
)  # fmt: skip
# The start tags of rows and cells in a sheet, with or without a namespace prefix.
_ROW, _CELL = (re.compile(rb"<(?:[^\s<>/:]+:)?" + name + rb"[\s/>]") for name in (b"row", b"c"))
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class UnreadableError(Exception):
    """Raised for a file that cannot be read as a table. The message says why and, if possible, in which line."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its headings, its rows with their line numbers, and a sentence that says how it was read.

    ``as_text`` is the table as CSV with line numbers, for ``read_stored_table``.
    """

    headings: list[str]
    rows: list[tuple[int, list[str]]]
    reading_note: str = ""
    as_text: str = field(default="", repr=False)


def read_table(content: bytes) -> Table:
    """Return the table in a file. The file is read as XLSX if it begins like a ZIP archive, otherwise as CSV.

    Raise UnreadableError if the file cannot be read, contains no table, or exceeds a limit.
    """
    if len(content) > MAX_FILE_SIZE:
        raise UnreadableError("The file is larger than 2 MB.")
    if content[:4] == b"PK\x03\x04":
        return _make_table(_number_rows(_read_xlsx(content)), "Read as XLSX, the first sheet.")
    if content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UnreadableError("This is an old Excel file. Save it as XLSX or CSV.")
    text, encoding = _decode(content)
    separator = _guess_separator(text)
    return _make_table(_read_csv(text, separator), f"Read as CSV in {encoding}, separated by {SEPARATORS[separator]}.")


def read_stored_table(text: str) -> Table:
    """Return the table whose ``as_text`` is ``text``. Raise UnreadableError as ``read_table`` does."""
    table = _make_table(_read_csv(text, ","), "")
    rows = [(_parse_line_number(cells[0]), cells[1:]) for _, cells in table.rows if cells]
    return Table(table.headings[1:], rows)


def _parse_line_number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < MAX_LINE_DIGITS else 0


def _make_table(rows: Iterable[tuple[int, list[str]]], reading_note: str) -> Table:
    nonempty = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not nonempty:
        raise UnreadableError("The file is empty.")
    (_, headings), *body = nonempty
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    # The first column contains the line number of each row, which ``read_stored_table`` needs.
    writer.writerow(["line", *headings])
    writer.writerows([line, *cells] for line, cells in body)
    return Table(headings, body, reading_note, buffer.getvalue())


def _decode(content: bytes) -> tuple[str, str]:
    for mark, encoding, name in (
        (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
        (b"\xff\xfe", "utf-16", "UTF-16"),
        (b"\xfe\xff", "utf-16", "UTF-16"),
    ):
        if content.startswith(mark):
            try:
                return content.decode(encoding), name
            except UnicodeDecodeError as error:
                raise UnreadableError(f"The file is marked as {name} but is not. Save it as UTF-8.") from error
    try:
        return content.decode(), "UTF-8"
    except UnicodeDecodeError:
        # Bytes that Windows-1252 does not define are replaced; text in this encoding does not contain them.
        return content.decode("cp1252", "replace"), "Windows-1252, as it is not UTF-8 (check the accents)"


def _guess_separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda separator: (first.count(separator), separator == ","))


def _read_csv(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            yield line, _check_row(cells, line)
            line, count = reader.line_num + 1, count + 1
            if count > MAX_ROWS + 1:
                raise UnreadableError(f"A spreadsheet can have at most {MAX_ROWS:,} rows.")
    except csv.Error as error:
        raise UnreadableError(f"Line {line} cannot be read: {error}.") from error


def _read_xlsx(content: bytes) -> Iterator[list[str]]:
    _check_archive(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        if not book.worksheets:
            raise UnreadableError("The file has no sheet.")
        _check_sheet_size(content, book.worksheets[0]._worksheet_path)
        for row in book.worksheets[0].iter_rows(max_col=MAX_COLUMNS + 1, max_row=MAX_ROWS + 2, values_only=True):
            yield [_format_cell(cell) for cell in row]
        book.close()
    except READ_ERRORS as error:
        raise UnreadableError("This is not an XLSX file, or it is damaged.") from error


def _number_rows(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for number, cells in enumerate(rows, start=1):
        if number > MAX_ROWS + 1 and any(cells):
            raise UnreadableError(f"A spreadsheet can have at most {MAX_ROWS:,} rows.")
        yield number, _check_row(cells, number)


def _check_archive(content: bytes) -> None:
    """Raise UnreadableError for an archive that is corrupt or too large when unpacked, or has a DTD or too many parts.

    This is checked before openpyxl reads the file.
    """
    elements = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_SIZE:
                raise UnreadableError("Unpacked, this file is too large.")
            for part in parts:
                # A part may be larger than its declared size, so at most one byte more is read.
                with archive.open(part) as file:
                    data = file.read(part.file_size + 1)
                # In UTF-16, each character of a declaration is next to a NUL byte.
                markup = data.replace(b"\0", b"")
                elements += markup.count(b"<") - markup.count(b"</")
                if len(data) > part.file_size or b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
                    raise UnreadableError("This is not a spreadsheet.")
                if elements > MAX_ELEMENTS:
                    raise UnreadableError(
                        f"Unpacked, this file is too large. Use at most {MAX_ROWS:,} rows and {MAX_COLUMNS} columns."
                    )
    except READ_ERRORS as error:
        raise UnreadableError("This is not an XLSX file, or it is damaged.") from error


def _check_sheet_size(content: bytes, path: str) -> None:
    """Raise UnreadableError if the XML of a sheet has too many rows or cells."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        # Rows and cells are counted in the XML, because openpyxl reads rows and cells with repeated positions without
        # returning them.
        sheet = archive.read(path).replace(b"\0", b"")
    if sum(1 for _ in _ROW.finditer(sheet)) > MAX_ROWS + 1:
        raise UnreadableError(f"A spreadsheet can have at most {MAX_ROWS:,} rows.")
    if sum(1 for _ in _CELL.finditer(sheet)) > MAX_CELLS:
        raise UnreadableError(f"A spreadsheet can have at most {MAX_COLUMNS} columns.")


def _check_row(cells: list[str], line: int) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise UnreadableError(f"Line {line} has more than {MAX_COLUMNS} columns.")
    if any(len(cell) > MAX_CELL_LENGTH for cell in cells):
        raise UnreadableError(f"A cell in line {line} has more than {MAX_CELL_LENGTH:,} characters.")
    return cells


def _format_cell(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell.isoformat() if isinstance(cell, datetime | date) else str(cell)
