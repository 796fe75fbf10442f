"""Parsing of search queries: any input gives words or nothing."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from newsroom.search.analysis import fold_words, iter_words

LONGEST_QUERY = 200
MOST_WORDS = 12
_TERM = re.compile(r'(?P<without>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″«»〝〞＂", '"') | dict.fromkeys("‐‑‒–—−﹣－", "-"))

type Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A parsed query: a result contains every one of ``phrases`` and none of ``without``.

    A phrase is one folded word, or several that follow each other. Several come from quotation marks, or from one
    written word that is read as several, such as “north-east”. ``text`` is the query as it is displayed, cut to
    ``LONGEST_QUERY`` characters. A query without anything to search for is false.
    """

    text: str
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a query: words, phrases in quotation marks of any kind, and what is excluded by a ``-`` before it.

        This never raises an error. At most ``MOST_WORDS`` words count. A quotation mark without its other half extends
        to the end.
        """
        shown = " ".join("".join(map(_shown, text[: 10 * LONGEST_QUERY])).split())[:LONGEST_QUERY].strip()
        phrases: list[Phrase] = []
        without: list[Phrase] = []
        left = MOST_WORDS
        for match in _TERM.finditer(shown.translate(_QUOTES)):
            phrase = fold_words(match["phrase"] if match["phrase"] is not None else match["word"])[:left]
            into = without if match["without"] else phrases
            if phrase and phrase not in into:
                into.append(phrase)
                left -= len(phrase)
        return cls(shown, tuple(phrases), tuple(without))

    def __bool__(self) -> bool:
        """Return whether there is anything to search for."""
        return bool(self.phrases)

    @property
    def words(self) -> tuple[str, ...]:
        """Every wanted word once, in the order of the query."""
        return tuple(dict.fromkeys(word for phrase in self.phrases for word in phrase))

    def replace_words(self, right: Mapping[str, str]) -> Self:
        """Return the query with these folded words replaced by others."""
        text, done = "", 0
        for word in iter_words(self.text):
            if word.folded in right:
                text += self.text[done : word.start] + right[word.folded]
                done = word.end
        return type(self).parse(text + self.text[done:])


def _shown(character: str) -> str:
    """Return the character, or a space in place of a control character or a surrogate."""
    return " " if unicodedata.category(character) in {"Cc", "Cs"} else character
