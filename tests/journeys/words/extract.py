"""The words that a page shows, without those that differ between runs of the tests."""

import re
from html.parser import HTMLParser

# Attributes that people see or that screen readers read.
_READ_ATTRIBUTES = ("alt", "aria-label", "placeholder", "title")
_UNREAD_TAGS = {"script", "style", "svg"}
# Elements within a line.
_INLINE_TAGS = {
    "a",
    "abbr",
    "b",
    "bdi",
    "cite",
    "code",
    "del",
    "em",
    "i",
    "ins",
    "mark",
    "q",
    "small",
    "span",
    "strong",
    "sup",
    "time",
}
_UID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SALTED_HASH = re.compile(r"(?<=salt: )\S+ hash: \S+")
# Some dates come from Django's own models, which do not use the clock of the tests.
_DATE = re.compile(
    r"\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b( \d{4})?(, (\d+(:\d+)?( [ap]\.m\.)?|noon|midnight))?"
)
_DIGITS = re.compile(r"\d+")
_REPLACEMENTS = ((_UID, "<uid>"), (_SALTED_HASH, "<salted hash>"), (_DATE, "<date>"), (_DIGITS, "#"))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = [""]
        self._unread_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._unread_depth += tag in _UNREAD_TAGS
        if tag not in _INLINE_TAGS:
            self.lines.append("")
        is_button = tag == "input" and attributes.get("type") in {"button", "reset", "submit"}
        is_description = tag == "meta" and attributes.get("name") == "description"
        for name in (*_READ_ATTRIBUTES, *(["value"] if is_button else []), *(["content"] if is_description else [])):
            if attributes.get(name):
                self.lines[-1] += f" [{name}: {attributes[name]}] "

    def handle_endtag(self, tag: str) -> None:
        self._unread_depth -= tag in _UNREAD_TAGS
        if tag not in _INLINE_TAGS:
            self.lines.append("")

    def handle_data(self, data: str) -> None:
        if not self._unread_depth:
            self.lines[-1] += data


def extract_words(page: str) -> list[str]:
    """Return the lines of a page: its text and that of attributes and buttons. Dates, numbers and uids are replaced."""
    words = _Words()
    words.feed(page)
    lines = [" ".join(line.split()) for line in words.lines]
    for pattern, sign in _REPLACEMENTS:
        lines = [pattern.sub(sign, line) for line in lines]
    return [line for line in lines if line]
