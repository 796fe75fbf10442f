"""Cuts text into words and marks with their places, each word also in the form in which names are compared."""

import re
from dataclasses import dataclass
from functools import lru_cache

from newsroom.text.fold import fold

_TOKEN = re.compile(r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff]+|[^\w\s]")
_DASHES = {"—": "—", "–": "—", "―": "—", "-": "-", "‐": "-", "‑": "-"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a single mark: as written, folded, and where it stands."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Say whether it is a word or number rather than a mark."""
        return self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Say whether it may begin a name: it has a capital, is a number, or is of a script without case."""
        return self.is_word and not self.text.islower()

    @property
    def is_cased(self) -> bool:
        """Return whether it is written as names are where a script has capitals: with one, or as a number."""
        return self.is_word and (self.text.isdigit() or self.text != self.text.lower())


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)


def tokenize(text: str) -> list[Token]:
    """Return the words and marks of ``text`` in order; every dash is ``—``, every hyphen ``-``, every apostrophe ``'``.

    A hyphen between spaces is a dash.
    """
    return [
        Token(match[0], _mark(text, match) or _folded(match[0]), match.start(), match.end())
        for match in _TOKEN.finditer(text)
    ]


def _mark(text: str, match: re.Match[str]) -> str:
    mark = _DASHES.get(match[0], "")
    is_free = (
        mark == "-"
        and text[match.start() - 1 : match.start()].isspace()
        and text[match.end() : match.end() + 1].isspace()
    )
    return "—" if is_free else mark
