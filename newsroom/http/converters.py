"""Path converters for Unicode slugs, ordinal numbers and months, and a parser for numbers in requests."""

import unicodedata
from datetime import date


class UnicodeSlugConverter:
    """Path converter for a slug: one path segment, normalised to NFC as stored slugs are."""

    regex = r"[^/\x00-\x20.?#]+"

    def to_python(self, value: str) -> str:
        return unicodedata.normalize("NFC", value)

    def to_url(self, value: str) -> str:
        return value


class OrdinalConverter:
    """Path converter for a positive number in its canonical spelling: no sign or leading zero, at most nine digits."""

    regex = r"[1-9][0-9]{0,8}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class MonthConverter:
    """Path converter for a month as two segments, such as ``2026/11``.

    Years run from 1000 to 8999, so that each month can be represented in every time zone.
    """

    regex = r"[1-8][0-9]{3}/(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> date:
        """Return the first day of the month."""
        year, _, month = value.partition("/")
        return date(int(year), int(month), 1)

    def to_url(self, value: date) -> str:
        return f"{value:%Y/%m}"


# The largest primary key has nineteen digits, so no number of at most eighteen digits is out of range.
MAX_KEY_DIGITS = 18


def parse_number(text: str, *, digits: int) -> int | None:
    """Return ``text`` as a whole number, or None unless it consists of one to ``digits`` ASCII digits."""
    return int(text) if len(text) <= digits and text.isascii() and text.isdecimal() else None
