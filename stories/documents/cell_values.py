"""Read what is entered for a claim: the amounts in a value, the end of a range, a moment, and the value of marked words."""

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from newsroom.text.figures.amounts import find_amounts
from newsroom.text.figures.moments import read_moment
from newsroom.text.fold import fold_wording
from stories.documents.agreement import list_groups, say_the_same
from stories.documents.schema import Cell, Claim
from stories.documents.schema.claims import Amount, Moment

_AMOUNT: TypeAdapter[str] = TypeAdapter(Amount)
_MOMENT: TypeAdapter[str] = TypeAdapter(Moment)
_GROUPED = re.compile(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_TIME = re.compile(r"\d{2}:\d{2}", re.ASCII)


class Amounts(NamedTuple):
    """The ends of a range as decimal text, and whether they are approximate."""

    low: str = ""
    high: str = ""
    approximate: bool = False


# A check reads the words that a claim marks immediately before they are rendered, and again for each edition.
@lru_cache(maxsize=1_000)
def read_amounts(value: str, language: str) -> Amounts:
    """Return the amount in a value as printed, or empty ends unless the value has exactly one."""
    found = find_amounts(value, language)
    if len(found) != 1:
        return Amounts()
    return write_amounts(found[0].low, found[0].high, approximate=found[0].approximate)


def write_amounts(low: Decimal | None, high: Decimal | None, *, approximate: bool) -> Amounts:
    """Return amounts as decimal text, or empty ends if a cell can't contain one of them."""
    ends = _format(low), _format(high)
    return Amounts() if None in map(parse_amount, ends) else Amounts(*ends, approximate)


def fill_amounts(value: str, entered: Amounts, *, before: str, language: str) -> Amounts:
    """Return the amounts for a new value; ``before`` is the value until now.

    The amounts that an editor entered are never replaced. Those that were read from ``before`` are.
    """
    if value == before:
        return entered
    if (entered.low or entered.high) and entered[:2] != read_amounts(before, language)[:2]:
        return entered
    return read_amounts(value, language)


def fill_moment(value: str, entered: str, *, before: str, language: str, as_of: date | None) -> str:
    """Return the moment for a new value, as ``fill_amounts`` does. A day without a year is the one near ``as_of``."""
    if value == before or (entered and entered != read_moment(before, language, as_of=as_of)):
        return entered
    return read_moment(value, language, as_of=as_of)


def parse_amount(text: str) -> str | None:
    """Return a number such as “4,200” as decimal text, or None if it is no number."""
    text = "".join(text.split())
    if _GROUPED.fullmatch(text):
        text = text.replace(",", "")
    return _validate(_AMOUNT, text)


def parse_moment(text: str) -> str | None:
    """Return a month, a day, a minute or a time such as “03:55” in ISO 8601, or None if it is none."""
    text = "T".join(text.split())
    return _validate(_MOMENT, f"T{text}" if _TIME.fullmatch(text) else text)


def show_moment(moment: str) -> str:
    """Return a moment as an editor types it."""
    return moment.replace("T", " ").strip()


def _validate(kind: TypeAdapter[str], text: str) -> str | None:
    try:
        return kind.validate_python(text)
    except ValidationError:
        return None


def _format(end: Decimal | None) -> str:
    if end is None:
        return ""
    text = f"{end:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def find_group(claim: Claim, words: str, language: str) -> int:
    """Return the number, from 1, of the group of ``list_groups`` whose value is in ``words``, or 0 if none is.

    It is the group with the amount in ``words``, or on a claim about a date, with the moment in them. If they have none,
    it is one with a value that occurs in them.
    """
    amounts = read_amounts(words, language) if claim.kind != "date" else Amounts()
    moment = read_moment(words, language, as_of=claim.as_of) if claim.kind == "date" else ""
    marked = Cell.model_construct(value=words, when=moment, **amounts._asdict())
    folded = fold_wording(words)
    for number, group in enumerate(list_groups(claim), start=1):
        for cell in group.cells:
            if amounts.low or amounts.high or (moment and cell.when):
                is_given = say_the_same(marked, cell)
            else:
                is_given = bool(cell.value) and fold_wording(cell.value) in folded
            if is_given:
                return number
    return 0
