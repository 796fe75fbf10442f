"""Write a table as a CSV or XLSX file. Cells are escaped, so that spreadsheet programs do not read them as formulas."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from newsroom.audit.csv_export import escape_formula, write_csv
from newsroom.import_export.columns import UID, Sheet
from newsroom.operations.replica import using_replica

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BATCH_SIZE = 500
# The maximum length of an XLSX cell, in characters.
MAX_CELL_LENGTH = 32_767


def unescape_formula(cell: str) -> str:
    """Return a cell without the apostrophe that ``escape_formula`` added, if any."""
    return cell[1:] if cell.startswith("'") and escape_formula(cell[1:]) == cell else cell


def iterate_rows(sheet: Sheet, entities: Iterable[Any]) -> Iterator[list[str]]:
    """Yield the headings, then the cells of each entity, with formulas escaped."""
    yield [UID, *(column.heading for column in sheet.columns)]
    for entity in entities:
        cells = (str(entity.uid), *(column.format_cell(entity) for column in sheet.columns))
        yield [escape_formula(cell) for cell in cells]


@using_replica
def write_table(sheet: Sheet, entities: QuerySet[Any], ending: str) -> IO[bytes]:
    """Write the table to a temporary file, as CSV or XLSX depending on ``ending``, and return the open file.

    ``using_replica`` wraps the file in a ``Report``.
    """
    rows = iterate_rows(sheet, entities.iterator(chunk_size=BATCH_SIZE))
    return write_xlsx(str(sheet.model._meta.verbose_name_plural), rows) if ending == "xlsx" else write_csv(rows)


def write_xlsx(title: str, rows: Iterable[Iterable[str]]) -> IO[bytes]:
    """Write rows as XLSX to a temporary file, and return the open file, which is deleted when it is closed.

    Characters that XLSX does not allow are removed, and cells are cut to ``MAX_CELL_LENGTH``.
    """
    book = Workbook(write_only=True)
    page = book.create_sheet(title)
    for cells in rows:
        page.append([ILLEGAL_CHARACTERS_RE.sub("", cell)[:MAX_CELL_LENGTH] for cell in cells])
    file = TemporaryFile()  # noqa: SIM115 -- returned open; the response closes it
    book.save(file)
    file.seek(0)
    return file
