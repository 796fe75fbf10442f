"""Writing a table as CSV or XLSX, with no cell that a spreadsheet program reads as a formula."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from newsroom.audit.csv_export import escape_formula
from newsroom.import_export.columns import UID, Sheet

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# The maximum length of an XLSX cell.
LONGEST_CELL = 32_767


def unescape_formula(cell: str) -> str:
    """Return a cell as it was before ``harmless`` put an apostrophe in front."""
    return cell[1:] if cell.startswith("'") and escape_formula(cell[1:]) == cell else cell


def iterate_rows(sheet: Sheet, things: Iterable[Any]) -> Iterator[list[str]]:
    """Yield the headings, then the cells of each entity."""
    yield [UID, *(column.heading for column in sheet.columns)]
    for thing in things:
        yield [
            escape_formula(cell) for cell in (str(thing.uid), *(column.format_cell(thing) for column in sheet.columns))
        ]


def xlsx_file(sheet: Sheet, things: Iterable[Any]) -> IO[bytes]:
    """Return an open temporary file with the table as XLSX, which is deleted when it is closed."""
    book = Workbook(write_only=True)
    page = book.create_sheet(str(sheet.model._meta.verbose_name_plural))
    for cells in iterate_rows(sheet, things):
        page.append([ILLEGAL_CHARACTERS_RE.sub("", cell)[:LONGEST_CELL] for cell in cells])
    file = TemporaryFile()  # noqa: SIM115 -- returned open; the response closes it
    book.save(file)
    file.seek(0)
    return file
