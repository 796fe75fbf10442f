"""Knows the headings under which explainers of this kind keep their parts, however they are typed."""

import re

from newsroom.text.folding import fold

DEEPER = "deeper"
QUESTIONS = "questions"
TOPICS = "topics"
PARTS = frozenset([DEEPER, QUESTIONS, TOPICS])
OF_PAGES = frozenset([DEEPER, TOPICS])
# A page may ask "What happens next?" or "How did we get here?" where a story has a heading like it.
ASKED = frozenset(["happened", "background", "unknowns", "next"])

_HEADINGS = {
    "happened": ["What's happened", "What has happened", "What happened", "Whats happened", "What's happening"],
    "behind": ["What's behind the headline", "What is behind the headline", "Whats behind the headline",
               "What's behind the headlines"],
    "papers": ["What the papers say", "What the papers are saying", "What papers say", "What do the papers say"],
    "background": ["How we got here", "How did we get here"],
    "timeline": ["Timeline"],
    "people": ["Key people"],
    "unknowns": ["What we don't know yet", "What we don't know", "What we do not know yet", "What we dont know yet"],
    "next": ["What happens next", "What's next"],
    DEEPER: ["Go deeper"],
    QUESTIONS: ["Common question", "Common questions"],
    TOPICS: ["More on these topics", "More on this topic"],
}  # fmt: skip
_CODES = {fold(heading): code for code, headings in _HEADINGS.items() for heading in headings}
_LONGEST = 60
_END = re.compile(r"[\s?:.؟]+$")


def part_of(line: str) -> str:
    """Return the code of the section kind or part that a line of this text opens, or an empty string."""
    if len(line) > _LONGEST:
        return ""
    return _CODES.get(_END.sub("", fold(line)), "")
