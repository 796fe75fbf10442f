"""Cuts text into words as they are searched: folded, and reduced to their stems by language. The same for both databases."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import snowballstemmer

from newsroom.http.languages import primary
from newsroom.text.fold import fold

LONGEST_WORD = 100
ANY_LANGUAGE = ""

# By the primary subtag of BCP 47, the algorithm of Snowball.
STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian", "no": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# Chinese, Japanese, Thai, Lao, Burmese and Khmer are written without spaces: there each character is a word, and what
# is looked for is a phrase of them.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED_LETTERS = f"(?=[^\\W_])[{_UNSPACED}]"
_SPACED_LETTERS = f"(?![{_UNSPACED}])[^\\W_]"
# Two letters that Arabic hands write for each other.
_ONE_FOR_ANOTHER = str.maketrans({"ى": "ي"})

# The Arabic stemmer takes other endings off a word with the article than off one without: every word is given it.
_ARTICLE = "ال"
_WITH_ARTICLE = re.compile("^[وف]?(?:ال|بال|كال|لل)(?=.{3})")

_stemmers = threading.local()


class Word(NamedTuple):
    """A word as it stands in a text, from ``start`` until just before ``end``, and folded."""

    start: int
    end: int
    folded: str


def words(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in their order.

    A word is letters, digits and the marks upon them; it is folded as names are (see ``newsroom.text.fold``) and
    cut at ``LONGEST_WORD`` characters. No word holds a space or punctuation.
    """
    for match in _pattern_of(text).finditer(text):
        for folded in _folded(match[0]):
            yield Word(match.start(), match.end(), folded)


def written_words(text: str) -> list[str]:
    """Return the words of ``text`` in their order, as they are written."""
    return _pattern_of(text).findall(text)


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of ``text``, folded, in their order."""
    return tuple(chain.from_iterable(map(_folded, _pattern_of(text).findall(text))))


def stem(word: str, language: str) -> str:
    """Return the stem of a folded word, folded; in a language without rules the word itself."""
    algorithm = STEMMERS.get(primary(language))
    return _stem(word, algorithm) if algorithm else word


def stems_of(words: Iterable[str], language: str) -> list[str]:
    """Return the stems of folded words, in their order; see ``stem``."""
    algorithm = STEMMERS.get(primary(language))
    return [_stem(word, algorithm) for word in words] if algorithm else list(words)


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    # A stemmer keeps the word that it works on: each thread has its own.
    found: dict[str, Any] = vars(_stemmers)
    if algorithm not in found:
        found[algorithm] = snowballstemmer.stemmer(algorithm)
    whole = _ARTICLE + _WITH_ARTICLE.sub("", word, count=1) if algorithm == "arabic" else word
    stemmed = fold(found[algorithm].stemWord(whole))
    return stemmed if stemmed and " " not in stemmed else word


@lru_cache(maxsize=100_000)
def _folded(written: str) -> tuple[str, ...]:
    folded = fold(written).translate(_ONE_FOR_ANOTHER)
    return tuple(word[:LONGEST_WORD] for word in _pattern_of(folded).findall(folded))


def _pattern_of(text: str) -> re.Pattern[str]:
    return _pattern("" if text.isascii() else "".join(sorted(filter(_joins, set(text)))))


@lru_cache(maxsize=1_000)
def _pattern(marks: str) -> re.Pattern[str]:
    """Return what matches a word of a text in which these characters go with the letter before."""
    if not marks:
        return re.compile(f"{_UNSPACED_LETTERS}|(?:{_SPACED_LETTERS})+")
    joined = f"[{re.escape(marks)}]"
    return re.compile(f"{_UNSPACED_LETTERS}{joined}*|(?:{_SPACED_LETTERS}|{joined})+")


@lru_cache(maxsize=10_000)
def _joins(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
