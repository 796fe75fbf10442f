"""Text analysis for search: words are folded, and stemmed by language, in the same way for both databases."""

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

MAX_WORD_LENGTH = 100
ANY_LANGUAGE = ""

# Snowball algorithms, keyed by primary language subtag (BCP 47).
STEMMERS = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish", "nl": "dutch",
    "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french", "de": "german",
    "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish", "it": "italian",
    "lt": "lithuanian", "ne": "nepali", "nb": "norwegian", "nn": "norwegian", "no": "norwegian", "fa": "persian",
    "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "st": "sesotho",
    "es": "spanish", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

# In scripts without spaces, each character is a word, and a query is a phrase of characters.
_UNSPACED_LETTERS = f"(?=[^\\W_])[{UNSPACED_SCRIPTS}]"
_SPACED_LETTERS = f"[^\\W_{UNSPACED_SCRIPTS}]"
_ASCII_WORD = re.compile("[A-Za-z0-9]+")
# Two letters that are used interchangeably in Arabic.
_EQUIVALENT_LETTERS = str.maketrans({"ى": "ي"})

# The Arabic stemmer removes different endings from words with and without the article, so the article is added to every
# word.
_ARTICLE = "ال"
_WITH_ARTICLE = re.compile("^[وف]?(?:ال|بال|كال|لل)(?=.{3})")

_stemmers = threading.local()


class Word(NamedTuple):
    """A word in a text, from ``start`` until just before ``end``, with its folded form."""

    start: int
    end: int
    folded: str


def iter_words(text: str) -> Iterator[Word]:
    """Yield the words of ``text`` in order.

    A word consists of letters and digits with their marks. It is folded like a name (see ``newsroom.text.fold``) and
    cut to ``MAX_WORD_LENGTH`` characters. No word contains a space or punctuation.
    """
    for match in _word_pattern_for(text).finditer(text):
        for folded in _fold_written_word(match[0]):
            yield Word(match.start(), match.end(), folded)


def split_words(text: str) -> list[str]:
    """Return the words of ``text`` in order, as written."""
    return _word_pattern_for(text).findall(text)


def fold_words(text: str) -> tuple[str, ...]:
    """Return the folded words of ``text`` in order."""
    return fold_written_words(split_words(text))


def fold_written_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the folded words for words as written in a text, in order."""
    return tuple(chain.from_iterable(map(_fold_written_word, words)))


def stem_word(word: str, language: str) -> str:
    """Return the folded stem of a folded word, or the word itself if there is no stemmer or no usable stem."""
    algorithm = STEMMERS.get(primary_subtag(language))
    return _stem(word, algorithm) if algorithm else word


def stem_words(words: Iterable[str], language: str) -> list[str]:
    """Return the stems of folded words, in order, as ``stem_word`` does for one word."""
    algorithm = STEMMERS.get(primary_subtag(language))
    return [_stem(word, algorithm) for word in words] if algorithm else list(words)


@lru_cache(maxsize=100_000)
def _stem(word: str, algorithm: str) -> str:
    # A stemmer stores the current word, so each thread has its own stemmers.
    stemmers: dict[str, Any] = vars(_stemmers)
    if algorithm not in stemmers:
        stemmers[algorithm] = snowballstemmer.stemmer(algorithm)
    with_article = _ARTICLE + _WITH_ARTICLE.sub("", word, count=1) if algorithm == "arabic" else word
    stemmed = fold(stemmers[algorithm].stemWord(with_article))
    return stemmed if stemmed and " " not in stemmed else word


@lru_cache(maxsize=100_000)
def _fold_written_word(written: str) -> tuple[str, ...]:
    folded = fold(written).translate(_EQUIVALENT_LETTERS)
    return tuple(word[:MAX_WORD_LENGTH] for word in _word_pattern_for(folded).findall(folded))


def _word_pattern_for(text: str) -> re.Pattern[str]:
    # The pattern for ASCII finds the same words several times as fast.
    return _ASCII_WORD if text.isascii() else _word_pattern("".join(sorted(filter(_is_mark_or_joiner, set(text)))))


@lru_cache(maxsize=1_000)
def _word_pattern(marks: str) -> re.Pattern[str]:
    """Return the pattern of a word for texts in which ``marks`` belong to the letters before them."""
    if not marks:
        return re.compile(f"{_SPACED_LETTERS}+|{_UNSPACED_LETTERS}")
    joined = f"[{re.escape(marks)}]"
    return re.compile(f"{_UNSPACED_LETTERS}{joined}*|(?:{_SPACED_LETTERS}|{joined})+")


@lru_cache(maxsize=10_000)
def _is_mark_or_joiner(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Mc", "Me", "Cf"}
