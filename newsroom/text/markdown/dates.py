"""Parse the dates that editors write in lists, and format dates in the active language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from django.utils import dates, formats, translation

from newsroom.text.join import join_list
from newsroom.text.language_cache import cache_by_language

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[ T](\d{2}):(\d{2}))?)?)?", re.ASCII)
_WORDS = re.compile(r"(?:(\d{1,2})\.?\s+)?([^\W\d_]+)(?:,?\s+(\d{4}))?(?:,\s*(\d{2}):(\d{2}))?")
_BRITISH_FORMATS = {"DATE_FORMAT": "j F Y", "MONTH_DAY_FORMAT": "j F"}
_LEAP_YEAR = 2000  # so that 29 February is valid in a date without a year


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as precise as it was written: a year, a month, a day with or without a year, or a day with a time.

    Creating an instance raises ValueError if the date does not exist.
    """

    year: int | None
    month: int | None = None
    day_of_month: int | None = None
    clock: time | None = None

    def __post_init__(self) -> None:
        date(_LEAP_YEAR if self.year is None else self.year, self.month or 1, self.day_of_month or 1)

    @property
    def day(self) -> date | None:
        """The day as a date, or None unless year, month and day are known."""
        if self.year is None or self.month is None or self.day_of_month is None:
            return None
        return date(self.year, self.month, self.day_of_month)

    @property
    def html_value(self) -> str:
        """The ``datetime`` attribute (HTML Standard, 4.5.14): a year, month, date, yearless date, or date and time."""
        parts = [] if self.year is None else [f"{self.year:04}"]
        parts += [f"{part:02}" for part in (self.month, self.day_of_month) if part is not None]
        text = "-".join(parts)
        return f"{text}T{self.clock:%H:%M}" if self.clock and self.day else text


def parse_partial_date(written: str) -> PartialDate | None:
    """Return the date that ``written`` names, or None if it is not a date.

    Dates are written as ``2026``, ``2026-11``, ``2026-11-08`` or ``2026-11-08 18:00``. They may also contain the name
    of the month in the active language or in English: “8 November”, “8 November 2026, 18:00” or “November 2026”.
    """
    try:
        if match := _ISO.fullmatch(written):
            year, month, day = (int(part) if part else None for part in match.groups()[:3])
            return PartialDate(year, month, day, _parse_time(match[4], match[5]))
        match = _WORDS.fullmatch(written)
        month = _parse_month(match[2]) if match else None
        if match is None or month is None or not (match[1] or match[3]):
            return None
        year = int(match[3]) if match[3] else None
        day = int(match[1]) if match[1] else None
        return PartialDate(year, month, day, _parse_time(match[4], match[5]))
    except ValueError:
        return None


def format_partial_date(moment: PartialDate, *, without_year: int | None = None) -> str:
    """Return a written-out date in the active language.

    A day in the year ``without_year`` is returned without its year. A year alone, and a day without a year, are
    returned as ``html_value``.
    """
    if moment.day is None:
        if moment.year is not None and moment.month is not None:
            return f"{dates.MONTHS[moment.month]} {moment.year}"
        return moment.html_value
    has_year = moment.year != without_year
    words = formats.date_format(moment.day, _choose_format("DATE_FORMAT" if has_year else "MONTH_DAY_FORMAT"))
    return join_list((words, moment.clock and f"{moment.clock:%H:%M}"))


def _choose_format(name: str) -> str:
    return _BRITISH_FORMATS[name] if (translation.get_language() or "en").startswith("en") else name


def _parse_time(hour: str | None, minute: str | None) -> time | None:
    return time(int(hour), int(minute)) if hour and minute else None


def _parse_month(name: str) -> int | None:
    return _list_months().get(name.casefold())


@cache_by_language(100)
def _list_months() -> Mapping[str, int]:
    """Return the numbers of the months, keyed by their case-folded names in English and in the active language."""
    with translation.override("en"):
        english = {str(name).casefold(): number for number, name in dates.MONTHS.items()}
    return english | {str(name).casefold(): number for number, name in dates.MONTHS.items()}
