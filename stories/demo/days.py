"""Days and times counted from the day of seeding.

A time is written ``-19 03:40``. In texts, tags are written ``{-19}``, ``{-178 month}`` and ``{-54 year}``.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import formats, translation
from django.utils.translation import pgettext

from newsroom.http import clock

_TAG = re.compile(r"\{([+-]?\d+)(?: (month|year))?\}")
_COUNTED = re.compile(r"([+-]?\d+)(?: (\d\d:\d\d))?")
# Our texts are in British English, for which Django has date formats of its own.
_SPOKEN = {"en": "en-gb"}


def parse_moment(written: str, *, today: date) -> datetime:
    """Return the instant of a counted day and time such as ``-19 03:40`` in the newsroom's time zone."""
    count, _, at = written.partition(" ")
    return clock.resolve_local_time(
        datetime.combine(today + timedelta(days=int(count)), time.fromisoformat(at)), second=False
    )


def format_when(written: str, *, today: date) -> str:
    """Return a counted day, with its time if it has one, in the format of timelines: ``2026-11-09 03:40``."""
    match = _COUNTED.fullmatch(written)
    if match is None:
        return written
    day = today + timedelta(days=int(match[1]))
    return f"{day} {match[2]}" if match[2] else str(day)


def replace_tags(found: Any, *, today: date, language: str) -> Any:
    """Return content of a file with its tags replaced by words.

    Days and months in the year of ``today`` are written without the year.
    """
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
