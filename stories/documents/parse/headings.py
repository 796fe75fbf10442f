"""Knows the headings under which explainers keep their parts, in every language and however they are typed."""

import re
from collections import Counter
from collections.abc import Iterable

from newsroom.text.fold import fold
from stories.documents import SECTION_KINDS
from stories.documents.headings import COMPARED, HEADINGS
from stories.documents.headings import DEEPER as DEEPER
from stories.documents.headings import QUESTIONS as QUESTIONS
from stories.documents.headings import TOPICS as TOPICS

PARTS = frozenset([DEEPER, QUESTIONS, TOPICS])
OF_PAGES = frozenset([DEEPER, TOPICS])
# A page may ask "What happens next?" or "How did we get here?" where a story has a heading like it.
ASKED = frozenset(["happened", "background", "unknowns", "next"])

LONGEST = 60
# How Markdown marks a heading, and emphasis over all of it; "* " is a list's mark.
_HASHES = re.compile(r"^#{1,6}\s+|\s+#+$")
_EMPHASIS = re.compile(r"^([*_]{1,3})(\S.*)\1(\W?)$")
_AROUND = " \t¿¡?؟:.\"'"
# Letters that are typed for each other in Arabic.
_ALIKE = str.maketrans({"ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك"})


def _key(heading: str) -> str:
    return fold(heading).translate(_ALIKE).strip(_AROUND)


_KNOWN = {
    _key(heading): (code, language)
    for language, headings in HEADINGS.items()
    for code in (*SECTION_KINDS, *sorted(PARTS))
    for heading in headings.get(code, ())
}
_COMPARED = {_key(heading) for headings in HEADINGS.values() for heading in headings[COMPARED]}


def without_marks(line: str) -> str:
    """Return a heading as it reads, without the marks that Markdown gives one: ``## **Timeline**``."""
    return _EMPHASIS.sub(r"\2\3", _HASHES.sub("", line))


def part_of(line: str) -> str:
    """Return the code of the section kind or part that a line of this text opens, or an empty string."""
    return _known(line)[0]


def language_of(headings: Iterable[str]) -> str:
    """Return the language in which most of the headings are, English where none is known."""
    found = Counter(language for heading in headings if (language := _known(heading)[1]))
    return max(HEADINGS, key=lambda language: found[language])


def is_comparison(title: str) -> bool:
    """Return whether the heading of a passage is that of a comparison, in any language."""
    return _key(title) in _COMPARED


def _known(line: str) -> tuple[str, str]:
    if len(line) > LONGEST:
        return "", ""
    return _KNOWN.get(_key(without_marks(line)), ("", ""))
