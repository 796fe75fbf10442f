"""The path converters: Unicode slugs, numbers that are counted from 1, and months."""

import unicodedata
from datetime import date


class UnicodeSlug:
    """Matches one path segment; what comes in is brought to NFC, the form in which slugs are kept."""

    regex = r"[^/\x00-\x20.?#]+"

    def to_python(self, value: str) -> str:
        """Return the slug in NFC."""
        return unicodedata.normalize("NFC", value)

    def to_url(self, value: str) -> str:
        """Return the slug as it is kept."""
        return value


class Ordinal:
    """Matches a number from 1 on in the one way it is written: no sign, no zero before it, at most nine digits."""

    regex = r"[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        """Return the number."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Return the number as it is written."""
        return str(value)


class YearAndMonth:
    """Matches a year and a month as two segments, ``2026/11``; years are those of which every clock can tell."""

    regex = r"[1-8][0-9]{3}/(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Return the first day of the month."""
        year, _, month = value.partition("/")
        return date(int(year), int(month), 1)

    def to_url(self, value: date) -> str:
        """Return year and month as they are written."""
        return f"{value:%Y/%m}"


# No database counts further than nineteen digits: every number of so many fits.
DIGITS_OF_KEY = 18


def parse_number(text: str, *, digits: int) -> int | None:
    """Return the whole number that ``text`` is, in at most so many digits of ASCII; None for anything else."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdecimal() else None
