"""Parse the forecasts of a text: each is a list item with the forecast and, on a second line, its outcome."""

from collections.abc import Callable, Sequence
from uuid import UUID

from newsroom.text.markdown.grammar import escape
from stories.documents import Forecast
from stories.documents.claim_lines import LineFormat
from stories.documents.forecast_lines import read_forecast
from stories.documents.parse.notes import FORECAST_UNREAD, Note, describe_missing_source, describe_unread_forecast
from stories.documents.parse.text.layout import Item, Paragraph

_MAX_LENGTHS = {"speaker": 200, "quotation": 300, "expected": 500}


def parse_forecasts(
    content: Sequence[Paragraph | Item],
    lines: LineFormat,
    make_uid: Callable[[], UUID],
    *,
    write: Callable[[str], str] = escape,
) -> tuple[tuple[Forecast, ...], list[Paragraph | Item], list[Note]]:
    """Return the forecasts in the content of a part, the content that is none, and notes.

    ``write`` converts the text of an outcome to Markdown.
    """
    forecasts: list[Forecast] = []
    rest: list[Paragraph | Item] = []
    notes: list[Note] = []
    for block in content:
        written = [line.text for line in block.lines if line.text] if isinstance(block, Item) else [block.text]
        fields = read_forecast(written, lines) if written and isinstance(block, Item) else None
        if fields is None or any(len(fields[name]) > length for name, length in _MAX_LENGTHS.items()):
            rest.append(block)
            notes += [describe_unread_forecast(written[0], block.line)] if written else []
            continue
        for name in ("source", "outcome_source"):
            if (number := fields[name]) is not None:
                notes.append(describe_missing_source(number, block.line, code=FORECAST_UNREAD))
                fields[name] = None
        forecasts.append(Forecast(uid=make_uid(), **{**fields, "outcome": write(fields["outcome"])}))
    return tuple(forecasts), rest, notes
