"""Days and times that are counted from the day of seeding: ``-19 03:40``, and in texts ``{-19}``, ``{-178 month}``, ``{-54 year}``."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import formats, translation
from django.utils.translation import pgettext

from newsroom.http import clock

_TAG = re.compile(r"\{([+-]?\d+)(?: (month|year))?\}")
_COUNTED = re.compile(r"([+-]?\d+)(?: (\d\d:\d\d))?")
# Texts are in British English, of which Django has the forms of its own.
_SPOKEN = {"en": "en-gb"}


def moment(written: str, *, today: date) -> datetime:
    """Return the instant at which the clocks of the newsroom show a day and time like ``-19 03:40``."""
    count, _, at = written.partition(" ")
    return clock.from_wall(datetime.combine(today + timedelta(days=int(count)), time.fromisoformat(at)), second=False)


def when(written: str, *, today: date) -> str:
    """Return a counted day, with its time where it has one, as timelines are written: ``2026-11-09 03:40``."""
    match = _COUNTED.fullmatch(written)
    if match is None:
        return written
    day = today + timedelta(days=int(match[1]))
    return f"{day} {match[2]}" if match[2] else str(day)


def told(found: Any, *, today: date, language: str) -> Any:
    """Return what was found in a file with its tags in words: days and months of the year of ``today`` without a year."""
    with translation.override(_SPOKEN.get(language, language)):
        return _told(found, today)


def _told(found: Any, today: date) -> Any:
    match found:
        case str():
            return _TAG.sub(lambda tag: _words(today + timedelta(days=int(tag[1])), tag[2], today), found)
        case list():
            return [_told(each, today) for each in found]
        case dict():
            return {_told(key, today): _told(value, today) for key, value in found.items()}
    return found


def _words(day: date, part: str | None, today: date) -> str:
    is_this_year = day.year == today.year
    match part:
        case "year":
            return str(day.year)
        case "month":
            return formats.date_format(day, "F" if is_this_year else "YEAR_MONTH_FORMAT")
    return formats.date_format(day, pgettext("date", "j F") if is_this_year else pgettext("date", "j F Y"))
