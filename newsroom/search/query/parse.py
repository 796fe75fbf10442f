"""Reads what somebody typed into the search field; whatever it is, it is words or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from newsroom.search.analysis import folded_words, words

LONGEST_QUERY = 200
MOST_WORDS = 12
_TERM = re.compile(r'(?P<without>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″«»〝〞＂", '"') | dict.fromkeys("‐‑‒–—−﹣－", "-"))

type Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query, read: every one of ``phrases`` has to stand in what is found, none of ``without``.

    A phrase is one folded word, or several that follow each other: what stood in quotation marks, and what is written
    as one word but read as several, such as “north-east”. ``text`` is the query as it is shown, cut to
    ``LONGEST_QUERY`` characters. With nothing to look for it is false.
    """

    text: str
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """Read a query: words, phrases in quotation marks of any kind, and what is not wanted after a ``-``.

        Never raises. At most ``MOST_WORDS`` words count; a quotation mark without its other half reaches to the end.
        """
        shown = " ".join("".join(map(_shown, text[: 10 * LONGEST_QUERY])).split())[:LONGEST_QUERY].strip()
        phrases: list[Phrase] = []
        without: list[Phrase] = []
        left = MOST_WORDS
        for match in _TERM.finditer(shown.translate(_QUOTES)):
            phrase = folded_words(match["phrase"] if match["phrase"] is not None else match["word"])[:left]
            into = without if match["without"] else phrases
            if phrase and phrase not in into:
                into.append(phrase)
                left -= len(phrase)
        return cls(shown, tuple(phrases), tuple(without))

    def __bool__(self) -> bool:
        """Say whether there is anything to look for."""
        return bool(self.phrases)

    @property
    def words(self) -> tuple[str, ...]:
        """Every wanted word once, in the order of the query."""
        return tuple(dict.fromkeys(word for phrase in self.phrases for word in phrase))

    def corrected(self, right: Mapping[str, str]) -> Self:
        """Return the query with other words in the place of these folded ones."""
        text, done = "", 0
        for word in words(self.text):
            if word.folded in right:
                text += self.text[done : word.start] + right[word.folded]
                done = word.end
        return type(self).read(text + self.text[done:])


def _shown(character: str) -> str:
    """Return the character, or a space for what stands in no text: control characters and halves of characters."""
    return " " if unicodedata.category(character) in {"Cc", "Cs"} else character
