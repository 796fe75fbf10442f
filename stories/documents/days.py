"""Days in plain text, in the language of a document."""

import re
from datetime import date

from django.utils import formats, translation
from django.utils.translation import pgettext

from stories.documents.headings import AS_OF, HEADINGS, usual_heading

_NUMBER = re.compile(r"[0-9]+")
_LABELS = frozenset(labels[0] for headings in HEADINGS.values() for labels in [headings[AS_OF]])


def format_day(day: date, language: str = "en") -> str:
    """Return a day as text, such as “13 November 2026”, in English for a language without headings."""
    known = language.partition("-")[0].lower()
    with translation.override(known if known in HEADINGS else "en"):
        return formats.date_format(day, pgettext("date", "j F Y"))


def parse_day(words: str) -> date | None:
    """Return the day that ``format_day`` writes as ``words`` in one of the languages with headings, or None."""
    numbers = [int(number) for number in _NUMBER.findall(words)]
    if len(numbers) != 2:
        return None
    for month in range(1, 13):
        try:
            day = date(numbers[1], month, numbers[0])
        except ValueError:
            continue
        if any(format_day(day, language) == words for language in HEADINGS):
            return day
    return None


def add_day(words: str, day: date | None, language: str) -> str:
    """Return ``words`` followed by the day on which they were true, in brackets."""
    return f"{words} ({usual_heading(AS_OF, language)} {format_day(day, language)})" if day else words


def split_day(words: str) -> tuple[str, date | None]:
    """Return ``words`` without the day that ``add_day`` added, and the day."""
    for label in _LABELS:
        before, found, day_words = words.rpartition(f" ({label} ")
        if found and day_words.endswith(")") and (day := parse_day(day_words[:-1])):
            return before, day
    return words, None
