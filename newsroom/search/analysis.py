"""Text analysis for search: words are folded and reduced to their stems by language, the same for both databases."""

import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import snowballstemmer

from newsroom.http.languages import primary_subtag
from newsroom.text.fold import fold
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

LONGEST_WORD = 100
ANY_LANGUAGE = ""

# The Snowball algorithm for each primary subtag of BCP 47.
STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian", "no": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# In scripts without spaces each character is a word, and a search is for a phrase of them.
_UNSPACED_LETTERS = f"(?=[^\\W_])[{UNSPACED_SCRIPTS}]"
_SPACED_LETTERS = f"(?![{UNSPACED_SCRIPTS}])[^\\W_]"
# Two letters that Arabic writers use for each other.
_ONE_FOR_ANOTHER = str.maketrans({"ى": "ي"})

# The Arabic stemmer removes other endings from a word with the article than from one without. So every word is given
# it.
_ARTICLE = "ال"
_WITH_ARTICLE = re.compile("^[وف]?(?:ال|بال|كال|لل)(?=.{3})")

_stemmers = threading.local()


class Word(NamedTuple):
    """A word of a text, from ``start`` until just before ``end``, and its folded form."""

    start: int
    end: int
    folded: str


def iter_words(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in order.

    A word consists of letters, digits and the marks on them. It is folded as names are (see ``newsroom.text.fold``) and
    cut to ``LONGEST_WORD`` characters. No word contains a space or punctuation.
    """
    for match in _pattern_of(text).finditer(text):
        for folded in _folded(match[0]):
            yield Word(match.start(), match.end(), folded)


def split_words(text: str) -> list[str]:
    """Return the words of ``text`` in order, as they are written."""
    return _pattern_of(text).findall(text)


def fold_words(text: str) -> tuple[str, ...]:
    """Return the folded words of ``text`` in order."""
    return tuple(chain.from_iterable(map(_folded, _pattern_of(text).findall(text))))


def stem_word(word: str, language: str) -> str:
    """Return the folded stem of a folded word, or the word itself in a language without a stemmer."""
    algorithm = STEMMERS.get(primary_subtag(language))
    return _stem(word, algorithm) if algorithm else word


def stem_words(words: Iterable[str], language: str) -> list[str]:
    """Return the stems of folded words, in order; see ``stem``."""
    algorithm = STEMMERS.get(primary_subtag(language))
    return [_stem(word, algorithm) for word in words] if algorithm else list(words)


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    # A stemmer stores the word that it works on, so each thread has its own.
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
    """Return the pattern of a word in texts where these characters belong to the letter before them."""
    if not marks:
        return re.compile(f"{_UNSPACED_LETTERS}|(?:{_SPACED_LETTERS})+")
    joined = f"[{re.escape(marks)}]"
    return re.compile(f"{_UNSPACED_LETTERS}{joined}*|(?:{_SPACED_LETTERS}|{joined})+")


@lru_cache(maxsize=10_000)
def _joins(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
