"""Recognise the headings of sections and parts in several languages and in various wordings."""

import re
from collections import Counter
from collections.abc import Iterable

from newsroom.text.fold import fold
from stories.documents import SECTION_KINDS
from stories.documents.headings import AGREEMENT as AGREEMENT
from stories.documents.headings import COMPARISON, HEADINGS
from stories.documents.headings import DEEPER as DEEPER
from stories.documents.headings import FIGURES as FIGURES
from stories.documents.headings import FORECASTS as FORECASTS
from stories.documents.headings import QUESTIONS as QUESTIONS
from stories.documents.headings import TOPICS as TOPICS

# The parts that are lists of rows under their usual heading, which a document does not store.
LISTS = frozenset([AGREEMENT, FIGURES, FORECASTS])
PARTS = LISTS | {DEEPER, QUESTIONS, TOPICS}
QUESTION_PAGE_PARTS = frozenset([DEEPER, TOPICS])
# A question page may ask "What happens next?" or "How did we get here?", which are also headings of stories.
QUESTION_LIKE_SECTIONS = frozenset(["happened", "background", "unknowns", "next"])

MAX_HEADING_LENGTH = 60
_HASHES = re.compile(r"^#{1,6}\s+|\s+#+$")
# The emphasis must enclose the whole heading; "* " at the start marks a list item.
_EMPHASIS = re.compile(r"^([*_]{1,3})(\S.*)\1(\W?)$")
_SURROUNDING = " \t¿¡?؟:.\"'"
# Letters that people use interchangeably when they type Arabic or Persian.
_INTERCHANGEABLE = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك"})


def _fold_heading(heading: str) -> str:
    return fold(heading).translate(_INTERCHANGEABLE).strip(_SURROUNDING)


_CODES = {
    _fold_heading(heading): (code, language)
    for language, headings in HEADINGS.items()
    for code in (*SECTION_KINDS, *sorted(PARTS))
    for heading in headings.get(code, ())
}
_COMPARISON_HEADINGS = {_fold_heading(heading) for headings in HEADINGS.values() for heading in headings[COMPARISON]}


def strip_markdown_marks(line: str) -> str:
    """Return a heading without its Markdown marks: ``## **Timeline**`` becomes ``Timeline``."""
    return _EMPHASIS.sub(r"\2\3", _HASHES.sub("", line))


def find_part_code(line: str) -> str:
    """Return the code of the section kind or part with the heading ``line``, or an empty string."""
    return _look_up(line)[0]


def detect_language(headings: Iterable[str]) -> str:
    """Return the language to which most of the known headings belong, or English if no heading is known."""
    languages = Counter(language for heading in headings if (language := _look_up(heading)[1]))
    return max(HEADINGS, key=lambda language: languages[language])


def is_comparison_heading(title: str) -> bool:
    """Return whether the heading of a passage marks it as a comparison, in any language."""
    return _fold_heading(title) in _COMPARISON_HEADINGS


def _look_up(line: str) -> tuple[str, str]:
    if len(line) > MAX_HEADING_LENGTH:
        return "", ""
    return _CODES.get(_fold_heading(strip_markdown_marks(line)), ("", ""))
