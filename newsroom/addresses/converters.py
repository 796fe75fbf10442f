"""The path converter of Unicode slugs."""

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
