"""Days in plain text, in the language of a document."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django.utils import formats, translation
from django.utils.translation import pgettext

from stories.documents.headings import AS_OF, HEADINGS, UNTIL, list_headings, usual_heading

_NUMBER = re.compile(r"[0-9]+")
_IN_BRACKETS = re.compile(r"(?:^|\s)\((?P<details>[^()]*)\)$")


def format_day(day: date, language: str = "en") -> str:
    """Return a day as text, such as “13 November 2026”, in English for a language without headings."""
    known = language.partition("-")[0].lower()
    with translation.override(known if known in HEADINGS else "en"):
        return formats.date_format(day, pgettext("date", "j F Y"))


def parse_day(words: str) -> date | None:
    """Return the day that ``format_day`` writes as ``words`` in one of the languages with headings, or None."""
    numbers = _NUMBER.findall(words)
    if len(numbers) != 2 or len(numbers[0]) > 2 or len(numbers[1]) > 4:
        return None
    for month in range(1, 13):
        try:
            day = date(int(numbers[1]), month, int(numbers[0]))
        except ValueError:
            continue
        if any(format_day(day, language) == words for language in HEADINGS):
            return day
    return None


def parse_labelled_day(words: str, code: str, language: str) -> date | None:
    """Return the day after one of the words of ``code``, as in “until 25 November 2026”, or None."""
    for label in list_headings(code, language):
        if words.startswith(f"{label} ") and (day := parse_day(words.removeprefix(f"{label} "))):
            return day
    return None


def describe_validity(as_of: date | None, expires_on: date | None, language: str, *, state: str = "") -> str:
    """Return the code of a state and the days on which an answer is true, in words and in brackets, or an empty string.

    An example is “(Partly answered, as of 11 November 2026, until 25 November 2026)”.
    """
    details = [usual_heading(state, language)] if state else []
    details += [
        f"{usual_heading(label, language)} {format_day(day, language)}"
        for label, day in ((AS_OF, as_of), (UNTIL, expires_on))
        if day
    ]
    return f"({', '.join(details)})" if details else ""


class Validity(NamedTuple):
    """The code of the state of an answer, or an empty string, and the days on which it is true."""

    state: str = ""
    as_of: date | None = None
    expires_on: date | None = None


def split_validity(words: str, states: Iterable[str] = ()) -> tuple[str, Validity]:
    """Return ``words`` without what ``describe_validity`` wrote at their end, and what that says.

    ``states`` are the codes of the states that may be named.
    """
    if match := _IN_BRACKETS.search(words):
        for language in HEADINGS:
            if validity := _read_validity(match["details"], language, states):
                return words[: match.start()], validity
    return words, Validity()


def _read_validity(details: str, language: str, states: Iterable[str]) -> Validity | None:
    codes = {words: state for state in states for words in list_headings(state, language)}
    first, _, rest = details.partition(", ")
    values: dict[str, Any] = {}
    if state := codes.get(first):
        values["state"] = state
        details = rest
    for name, label in (("as_of", AS_OF), ("expires_on", UNTIL)):
        first, _, rest = details.partition(", ")
        if day := parse_labelled_day(first, label, language):
            values[name] = day
            details = rest
    return Validity(**values) if values and not details else None
