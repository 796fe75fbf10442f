"""Recognise the headings of sections and parts, in every language and however they are typed."""

import re
from collections import Counter
from collections.abc import Iterable

from newsroom.text.fold import fold
from stories.documents import SECTION_KINDS
from stories.documents.headings import COMPARISON, HEADINGS
from stories.documents.headings import DEEPER as DEEPER
from stories.documents.headings import QUESTIONS as QUESTIONS
from stories.documents.headings import TOPICS as TOPICS

PARTS = frozenset([DEEPER, QUESTIONS, TOPICS])
QUESTION_PAGE_PARTS = frozenset([DEEPER, TOPICS])
# A question page may ask "What happens next?" or "How did we get here?", which is also a heading of stories.
QUESTION_LIKE_SECTIONS = frozenset(["happened", "background", "unknowns", "next"])

MAX_HEADING_LENGTH = 60
# The emphasis must enclose the whole heading; "* " at the start marks a list item.
_HASHES = re.compile(r"^#{1,6}\s+|\s+#+$")
_EMPHASIS = re.compile(r"^([*_]{1,3})(\S.*)\1(\W?)$")
_AROUND = " \t¿¡?؟:.\"'"
# Letters that people use interchangeably when they type Arabic or Persian.
_ALIKE = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك"})


def _key(heading: str) -> str:
    return fold(heading).translate(_ALIKE).strip(_AROUND)


_KNOWN = {
    _key(heading): (code, language)
    for language, headings in HEADINGS.items()
    for code in (*SECTION_KINDS, *sorted(PARTS))
    for heading in headings.get(code, ())
}
_COMPARED = {_key(heading) for headings in HEADINGS.values() for heading in headings[COMPARISON]}


def strip_marks(line: str) -> str:
    """Return a heading without its Markdown marks: ``## **Timeline**`` becomes ``Timeline``."""
    return _EMPHASIS.sub(r"\2\3", _HASHES.sub("", line))


def find_part_code(line: str) -> str:
    """Return the code of the section kind or part whose heading ``line`` is, or an empty string."""
    return _known(line)[0]


def detect_language(headings: Iterable[str]) -> str:
    """Return the language of most of the headings, or English if none is known."""
    found = Counter(language for heading in headings if (language := _known(heading)[1]))
    return max(HEADINGS, key=lambda language: found[language])


def is_comparison_heading(title: str) -> bool:
    """Return whether the heading of a passage marks it as a comparison, in any language."""
    return _key(title) in _COMPARED


def _known(line: str) -> tuple[str, str]:
    if len(line) > MAX_HEADING_LENGTH:
        return "", ""
    return _KNOWN.get(_key(strip_marks(line)), ("", ""))
