"""Days and times relative to the day of seeding.

A time such as ``-19 03:40`` is 19 days before the day of seeding, at 03:40. Texts contain tags such as ``{-19}``,
``{-178 month}`` and ``{-54 year}``.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import formats, translation
from django.utils.translation import pgettext

from newsroom.http import clock

_TAG = re.compile(r"\{([+-]?\d+)(?: (month|year))?\}")
_RELATIVE_DAY = re.compile(r"([+-]?\d+)(?: (\d\d:\d\d))?")
# Our texts are in British English, which has its own date formats in Django.
_DATE_LANGUAGES = {"en": "en-gb"}


def parse_moment(written: str, *, today: date) -> datetime:
    """Return the time for a relative day and time such as ``-19 03:40``, in the newsroom's time zone.

    Raise InvalidLocalTimeError if the clocks skip that time.
    """
    count, _, time_of_day = written.partition(" ")
    return clock.resolve_local_time(
        datetime.combine(today + timedelta(days=int(count)), time.fromisoformat(time_of_day)), second=False
    )


def format_when(written: str, *, today: date) -> str:
    """Return a relative day, with its time if it has one, in the format of timelines, such as ``2026-11-09 03:40``.

    Any other text is returned unchanged.
    """
    match = _RELATIVE_DAY.fullmatch(written)
    if match is None:
        return written
    day = today + timedelta(days=int(match[1]))
    return f"{day} {match[2]}" if match[2] else str(day)


def replace_tags(content: Any, *, today: date, language: str) -> Any:
    """Return the content of a file with its tags replaced by written-out dates.

    Days and months in the year of ``today`` are written without the year.
    """
    with translation.override(_DATE_LANGUAGES.get(language, language)):
        return _replace_in(content, today)


def _replace_in(content: Any, today: date) -> Any:
    match content:
        case str():
            return _TAG.sub(lambda tag: _format_tag(today + timedelta(days=int(tag[1])), tag[2], today), content)
        case list():
            return [_replace_in(each, today) for each in content]
        case dict():
            return {_replace_in(key, today): _replace_in(value, today) for key, value in content.items()}
    return content


def _format_tag(day: date, part: str | None, today: date) -> str:
    is_this_year = day.year == today.year
    match part:
        case "year":
            return str(day.year)
        case "month":
            return formats.date_format(day, "F" if is_this_year else "YEAR_MONTH_FORMAT")
    return formats.date_format(day, pgettext("date", "j F") if is_this_year else pgettext("date", "j F Y"))
