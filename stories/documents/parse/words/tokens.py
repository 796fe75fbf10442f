"""Split text into words and marks, with their positions and with folded forms for comparing names."""

import re
from dataclasses import dataclass
from functools import lru_cache

from newsroom.text.fold import fold

_TOKEN = re.compile(r"[\w\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0dff]+|[^\w\s]")
_DASHES = {"—": "—", "–": "—", "―": "—", "-": "-", "‐": "-", "‑": "-"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a single mark, as written and folded, with its position in the text."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether the token is a word or a number rather than a mark."""
        return self.text[0].isalnum()

    @property
    def may_begin_name(self) -> bool:
        """Whether the token may begin a name: a word with a capital letter or in a script without case, or a number."""
        return self.is_word and not self.text.islower()

    @property
    def has_capital(self) -> bool:
        """Whether the token has a capital letter or is a number; false for a word in a script without case."""
        return self.is_word and (self.text.isdigit() or self.text != self.text.lower())


@lru_cache(maxsize=20_000)
def _folded(word: str) -> str:
    return fold(word)


def tokenize(text: str) -> list[Token]:
    """Return the words and marks of ``text`` in order, with their folded forms.

    Dashes fold to ``—``, hyphens to ``-`` and apostrophes to ``'``. A hyphen between spaces counts as a dash.
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
