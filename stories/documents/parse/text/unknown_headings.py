"""Find lines that look like headings but are not known. The text under them is added to the previous part."""

import re
from collections.abc import Iterator
from itertools import islice

from stories.documents.parse.headings import MAX_HEADING_LENGTH, PARTS, find_part_code
from stories.documents.parse.notes import Note
from stories.documents.parse.text.layout import LINE_END
from stories.documents.parse.words.sentences import has_end_mark
from stories.documents.question_lines import read_line

_MAX_NOTES = 50
_MAX_WORDS = 9
# In these parts, a short line is a date or a name, not a heading.
_PARTS_WITH_SHORT_LINES = PARTS | {"timeline", "people"}
_QUESTION_MARKS = ("?", "؟")
_FIRST_CHARACTER = re.compile(r"[^\w-]*(\w)")


def find_unknown_headings(text: str, *, of_page: bool) -> list[Note]:
    """Return a note for each line that looks like an unknown heading, up to ``_MAX_NOTES``.

    With ``of_page``, the text is that of a question page. There, a line that ends with a question mark is not a heading,
    and neither is one with the state of the page or a label such as “In short:”.
    """
    lines = [line.strip() for line in LINE_END.split(text)]
    return [
        Note(
            line_number,
            "heading-unknown",
            f"“{line}” looks like a heading but is not a known one. It becomes text.",
        )
        for line_number, line in islice(_iter_unknown_headings(lines, of_page=of_page), _MAX_NOTES)
    ]


def _iter_unknown_headings(lines: list[str], *, of_page: bool) -> Iterator[tuple[int, str]]:
    part = previous_line = ""
    for line_number, (line, following) in enumerate(zip(lines, _list_following(lines), strict=True), start=1):
        part = find_part_code(line) or part
        if (
            part not in _PARTS_WITH_SHORT_LINES
            and not (of_page and (line.endswith(_QUESTION_MARKS) or read_line(line)[1]))
            and _may_be_heading(line, previous_line)
            and _may_be_text_below(following)
        ):
            yield line_number, line
        previous_line = line


def _list_following(lines: list[str]) -> list[str]:
    """Return, for each line, the next line that is not empty, or an empty string if there is none."""
    following = [""]
    for line in reversed(lines[1:]):
        following.append(line or following[-1])
    return following[::-1]


def _may_be_heading(line: str, previous_line: str) -> bool:
    return (
        bool(line)
        and len(line) <= MAX_HEADING_LENGTH
        and len(line.split()) <= _MAX_WORDS
        and (not previous_line or has_end_mark(previous_line))
        and (not has_end_mark(line) or line.endswith(_QUESTION_MARKS))
        and not line.endswith((",", ";"))
        and not find_part_code(line)
        and _begins_like_sentence(line)
    )


def _may_be_text_below(line: str) -> bool:
    return (
        (has_end_mark(line) or len(line) > MAX_HEADING_LENGTH)
        and not find_part_code(line)
        and _begins_like_sentence(line.lstrip("-•* "))
    )


def _begins_like_sentence(line: str) -> bool:
    """Return whether a line begins like a sentence, with a letter that is not in lower case."""
    match = _FIRST_CHARACTER.match(line)
    return match is not None and match[1].isalpha() and not match[1].islower()
