"""Read the forecasts of a Markdown body into the rows of its front matter."""

from collections.abc import Collection

from stories.documents.claim_lines import LineFormat
from stories.documents.export.markdown_claims import drop_meaning
from stories.documents.export.markdown_forecasts import MEANING
from stories.documents.forecast_lines import read_forecast
from stories.documents.parse.notes import (
    FORECAST_UNREAD,
    Note,
    UnreadableDocumentError,
    describe_missing_source,
    describe_unread_forecast,
)

type Row = dict[str, object]


def read_forecasts(
    rows: list[Row], line: int, text_lines: list[str], lines: LineFormat, *, numbers: Collection[object]
) -> list[Note]:
    """Set the fields of ``rows``, the forecasts in the list below the heading on ``line``, and return notes.

    ``numbers`` are those of the known sources. Raise UnreadableDocumentError if the list has fewer or more items than
    there are rows, or if there is text outside it.
    """
    items = _split_items(line, text_lines)
    if len(items) != len(rows):
        raise UnreadableDocumentError(
            line, f"The front matter lists {len(rows)} forecasts and the text {len(items)}. Add or remove rows in both."
        )
    notes: list[Note] = []
    for row, (item_line, written) in zip(rows, items, strict=True):
        fields = read_forecast(written, lines)
        if fields is None:
            fields = {"expected": " ".join(written)}
            notes.append(describe_unread_forecast(written[0], item_line))
        for name in ("source", "outcome_source"):
            number = fields.get(name)
            if number is not None and number not in numbers:
                fields[name] = None
                notes.append(describe_missing_source(number, item_line, code=FORECAST_UNREAD))
        drop_meaning(row, "expected", fields["expected"], MEANING)
        row.update(fields)
    return notes


def _split_items(line: int, text_lines: list[str]) -> list[tuple[int, list[str]]]:
    """Return the line number and the lines of each list item. Raise UnreadableDocumentError for text outside them."""
    items: list[tuple[int, list[str]]] = []
    for number, text in enumerate(text_lines, start=line + 1):
        if text.startswith("- "):
            items.append((number, [text.removeprefix("- ")]))
        elif text.strip() and text.startswith("  ") and items:
            items[-1][1].append(text.strip())
        elif text.strip():
            raise UnreadableDocumentError(number, "Begin each forecast with “- ” and indent its outcome.")
    return items
