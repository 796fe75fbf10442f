"""The moment that printed words name beyond doubt: “9 November 2026”, “3.55 am”, “9 November, 03:55”."""

import re
from datetime import date, timedelta

from newsroom.text.figures.clocks import NamedTime, find_times
from newsroom.text.figures.days import NamedDay, find_days
from newsroom.text.vocabulary import Vocabulary, load_vocabulary, tokenize

# A day that is the same for a reader in each of these years has its year in print.
_FAR_APART = (date(1900, 1, 1), date(2100, 1, 1))
_YEARS = range(1900, 2101)
_MONTH = timedelta(days=30)
_NEAR = timedelta(days=90)
_HOURS_AND_MINUTES = re.compile(r"(\d{1,2})\s?[.:h]\s?[0-5]\d")
_NOON = 12
# “9–10 November” are two days, and “9/11” is one in November or in September.
_SEVERAL = re.compile(r"[-‑–—/]")
_MARKS = frozenset(",.،")


def read_moment(words: str, language: str, *, as_of: date | None) -> str:
    """Return the month, day, minute or time of day that ``words`` name, in ISO 8601, such as ``T03:55``.

    A day without a year is the one near ``as_of``. Return an empty string if the words say anything else, or may mean
    another moment: “on Tuesday”, “about 03:55”, “5.10”.
    """
    vocabulary = load_vocabulary(language)
    if vocabulary is None or _SEVERAL.search(words):
        return ""
    days = _find_days(words, language, as_of)
    if days is None:
        return ""
    times = [
        each
        for each in find_times(words, language)
        if not any(day.start < each.end > each.start < day.end for day in days)
    ]
    if len(days) > 1 or len(times) > 1 or not all(_is_certain(words, each, vocabulary) for each in times):
        return ""
    spans = [*((day.start, day.end) for day in days), *((each.start, each.end) for each in times)]
    ignored = vocabulary.words("clocks", "exactly") | _MARKS
    for token in tokenize(words):
        if token.word not in ignored and not any(start <= token.start < end for start, end in spans):
            return ""
    day = days[0].first.isoformat() if days else ""
    if days and days[0].unit == "month":
        return "" if times else day[:7]
    return f"{day}T{times[0].at:%H:%M}" if times else day


def _find_days(words: str, language: str, as_of: date | None) -> list[NamedDay] | None:
    """Return the days and months in the words, or None if one depends on when they were written."""
    found, again = (find_days(words, language, as_of=each) for each in _FAR_APART)
    if found != again:
        if as_of is None or as_of.year not in _YEARS:
            return None
        found, again = (find_days(words, language, as_of=each) for each in (as_of - _MONTH, as_of + _MONTH))
        if found != again or any(abs(each.first - as_of) > _NEAR for each in found):
            return None
    return found if all(_is_whole(each) for each in found) else None


def _is_whole(day: NamedDay) -> bool:
    """Return whether it is one day or a whole month, without a word such as “since” or “end of”."""
    if day.relation:
        return False
    following = day.last + timedelta(days=1)
    return day.unit == "day" or (day.unit == "month" and day.first.day == following.day == 1)


def _is_certain(words: str, time: NamedTime, vocabulary: Vocabulary) -> bool:
    """Return whether a time in digits cannot be twelve hours earlier or later."""
    printed = words[time.start : time.end]
    if not printed[0].isdecimal():
        return False
    tokens = tokenize(printed)
    parts = vocabulary.phrases("clocks", "morning", "evening")
    if part := next((found[0] for index in range(len(tokens)) if (found := parts.match(tokens, index))), ""):
        return part == "evening" or time.at.hour < _NOON
    digits = _HOURS_AND_MINUTES.match(printed)
    if digits is None:
        return False
    has_hours_word = not vocabulary.setting("clocks", "twelve") and any(map(str.isalpha, printed))
    return has_hours_word or int(printed[0]) == 0 or time.at.hour > _NOON
