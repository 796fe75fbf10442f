"""The forecasts of a submitted form, valid or not, as parts of the document that saving it would create."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from newsroom.text.fold import fold
from stories.admin.drafts.posted import Row, SubmittedForm, index_by_uid
from stories.documents import Forecast, NamedOutlet
from stories.documents.cell_values import parse_amount
from stories.documents.schema.forecasts import SPEAKER_KINDS, STATES
from stories.drafts.typed_names import FoundNames

_LINES = {"speaker": 200, "quotation": 300, "expected": 500, "unit": 100}
_DAYS = ("said_on", "due_on", "decided_on")
_AMOUNTS = ("low", "high")
_SOURCES = ("source", "outcome_source")
_CODES = {"speaker_kind": SPEAKER_KINDS, "state": STATES}
_IGNORED = {"row", "place", "DELETE", "id", *_CODES}


def build_forecasts(
    submitted: SubmittedForm, saved: Sequence[Forecast], known: FoundNames, numbers: set[int]
) -> Iterator[Forecast]:
    """Yield the forecasts in order; ``numbers`` are those of the sources on the form.

    A form without them leaves ``saved`` as it is, and so does one without some of their fields: the words of a forecast
    that readers have seen are not submitted.
    """
    if "forecasts" not in submitted.formsets:
        yield from saved
        return
    by_uid = index_by_uid(tuple(saved))
    for row in submitted.rows("forecasts"):
        old = by_uid.get(row.uid)
        if old or any(value.strip() for name, value in row.values.items() if name not in _IGNORED):
            yield _build_forecast(row, old or Forecast(uid=row.uid), known, numbers)


def _build_forecast(row: Row, old: Forecast, known: FoundNames, numbers: set[int]) -> Forecast:
    values: dict[str, object] = {name: row.line(name)[:limit] for name, limit in _LINES.items() if row.has(name)}
    values |= {name: row.day(name) for name in _DAYS if row.has(name)}
    values |= {name: row.line(name) for name, codes in _CODES.items() if row.line(name) in codes}
    for name in _SOURCES:
        if row.has(name):
            values[name] = next((number for number in row.numbers(name) if number in numbers), None)
    for name in _AMOUNTS:
        if row.has(name):
            values[name] = parse_amount(row.line(name)) or ""
    if row.has("chance"):
        values["chance"] = _read_chance(row)
    if row.has("outcome"):
        values["outcome"] = row.text("outcome")
    if row.has("outlet_name"):
        name = row.line("outlet_name")[:200]
        outlet = known.outlets.get(fold(name))
        named = NamedOutlet(uid=outlet.uid, name=outlet.name) if outlet else NamedOutlet(uid=None, name=name)
        values["outlet"] = named if name else None
    forecast = old.model_copy(update=values)
    if forecast.low and forecast.high and Decimal(forecast.low) > Decimal(forecast.high):
        return forecast.model_copy(update={"high": ""})
    return forecast


def _read_chance(row: Row) -> int | None:
    chance = row.line("chance")
    return int(chance) if chance.isascii() and chance.isdecimal() and len(chance) <= 3 and int(chance) <= 100 else None


def list_unread_numbers(submitted: SubmittedForm) -> Iterator[str]:
    """Yield what is typed as a number of a forecast and is none."""
    for row in submitted.rows("forecasts"):
        yield from (row.line(name) for name in _AMOUNTS if parse_amount(row.line(name)) is None)
        if _read_chance(row) is None:
            yield row.line("chance")
