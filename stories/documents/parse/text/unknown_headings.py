"""Find lines that look like headings but are not known; the text under them belongs to the previous part."""

import re
from collections.abc import Iterator
from itertools import islice

from stories.documents.parse.headings import MAX_HEADING_LENGTH, PARTS, find_part_code
from stories.documents.parse.notes import Note
from stories.documents.parse.text.layout import LINE_END
from stories.documents.parse.words.sentences import has_end_mark

_MOST_NOTES = 50
_MOST_WORDS = 9
# In these parts a short line is a day or a name.
_OF_SHORT_LINES = PARTS | {"timeline", "people"}
_ASKS = ("?", "؟")
_BEGINNING = re.compile(r"[^\w-]*(\w)")


def find_unknown_headings(text: str, *, of_page: bool) -> list[Note]:
    """Return a note for each line that looks like an unknown heading, up to 50.

    Set ``of_page`` for a question page, where a line that ends with a question mark is not a heading.
    """
    lines = [line.strip() for line in LINE_END.split(text)]
    return [
        Note(
            place, "heading-unknown", f"“{line}” looks like a heading, but none that is known here. It stands as text."
        )
        for place, line in islice(_found(lines, of_page=of_page), _MOST_NOTES)
    ]


def _found(lines: list[str], *, of_page: bool) -> Iterator[tuple[int, str]]:
    part = before = ""
    for place, (line, following) in enumerate(zip(lines, _following(lines), strict=True), start=1):
        part = find_part_code(line) or part
        if (
            part not in _OF_SHORT_LINES
            and not (of_page and line.endswith(_ASKS))
            and _may_be_heading(line, before)
            and _may_follow(following)
        ):
            yield place, line
        before = line


def _following(lines: list[str]) -> list[str]:
    """Return the next line that is not empty, for each line."""
    found = [""]
    for line in reversed(lines[1:]):
        found.append(line or found[-1])
    return found[::-1]


def _may_be_heading(line: str, before: str) -> bool:
    return (
        bool(line)
        and len(line) <= MAX_HEADING_LENGTH
        and len(line.split()) <= _MOST_WORDS
        and (not before or has_end_mark(before))
        and (not has_end_mark(line) or line.endswith(_ASKS))
        and not line.endswith((",", ";"))
        and not find_part_code(line)
        and _begins(line)
    )


def _may_follow(line: str) -> bool:
    return (
        (has_end_mark(line) or len(line) > MAX_HEADING_LENGTH)
        and not find_part_code(line)
        and _begins(line.lstrip("-•* "))
    )


def _begins(line: str) -> bool:
    """Return whether a line begins like a sentence: with a letter that is not a small one."""
    found = _BEGINNING.match(line)
    return found is not None and found[1].isalpha() and not found[1].islower()
