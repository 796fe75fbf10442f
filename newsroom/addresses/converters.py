"""The path converters: Unicode slugs, and numbers that are counted from 1."""

import unicodedata


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
