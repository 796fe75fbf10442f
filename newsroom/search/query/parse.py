"""Parse search queries. Any input is accepted."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from newsroom.search.analysis import fold_words, iter_words

MAX_QUERY_LENGTH = 200
MAX_WORDS = 12
_TERM = re.compile(r'(?P<without>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_QUOTES = str.maketrans(dict.fromkeys("“”„‟″«»〝〞＂", '"') | dict.fromkeys("‐‑‒–—−﹣－", "-"))

type Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A parsed query: a result contains all of ``phrases`` and none of ``excluded``.

    A phrase is one folded word, or several adjacent ones. Phrases of several words come from quotation marks, or from a
    word that is split, such as “north-east”. ``text`` is the query as displayed, cut to ``MAX_QUERY_LENGTH``
    characters. A query without phrases is false.
    """

    text: str
    phrases: tuple[Phrase, ...] = ()
    excluded: tuple[Phrase, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse words, phrases in double quotation marks or guillemets, and excluded terms, which begin with ``-``.

        Never raise an error. Words after the first ``MAX_WORDS`` are ignored. An unclosed quotation extends to the end
        of the query.
        """
        text_shown = " ".join("".join(map(_replace_control_character, text[: 10 * MAX_QUERY_LENGTH])).split())[
            :MAX_QUERY_LENGTH
        ].strip()
        phrases: list[Phrase] = []
        excluded: list[Phrase] = []
        remaining = MAX_WORDS
        for match in _TERM.finditer(text_shown.translate(_QUOTES)):
            phrase = fold_words(match["phrase"] if match["phrase"] is not None else match["word"])[:remaining]
            target = excluded if match["without"] else phrases
            if phrase and phrase not in target:
                target.append(phrase)
                remaining -= len(phrase)
        return cls(text_shown, tuple(phrases), tuple(excluded))

    def __bool__(self) -> bool:
        """Return whether there is anything to search for."""
        return bool(self.phrases)

    @property
    def words(self) -> tuple[str, ...]:
        """Every wanted word once, in the order of the query."""
        return tuple(dict.fromkeys(word for phrase in self.phrases for word in phrase))

    def leave_one_out(self) -> "list[Self]":
        """Return the queries that lack one of the wanted phrases each, in order. A query of one phrase has none."""
        if len(self.phrases) < 2:
            return []
        terms = [match for match in _TERM.finditer(self.text.translate(_QUOTES)) if not match["without"]]
        shorter = (" ".join((self.text[: term.start()] + self.text[term.end() :]).split()) for term in terms)
        queries = dict.fromkeys(map(type(self).parse, shorter))
        return [query for query in queries if query and query.phrases != self.phrases]

    def replace_words(self, replacements: Mapping[str, str]) -> Self:
        """Return the query with each word whose folded form is in ``replacements`` replaced by its replacement."""
        text, position = "", 0
        for word in iter_words(self.text):
            if word.folded in replacements:
                text += self.text[position : word.start] + replacements[word.folded]
                position = word.end
        return type(self).parse(text + self.text[position:])


def _replace_control_character(character: str) -> str:
    """Return the character, or a space in place of a control character or a surrogate."""
    return " " if unicodedata.category(character) in {"Cc", "Cs"} else character
