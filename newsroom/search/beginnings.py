"""Finds in a text where words begin that may be wanted, without reading every word of it."""

import re
from functools import cache, lru_cache

from newsroom.http.languages import primary
from newsroom.search.analysis import stem
from newsroom.text.fold import fold

type Begins = tuple[re.Pattern[str], ...]

WORD = re.compile(r"[^\W_]+")
# Languages in which a word begins like its stem. (In Arabic articles stand before it, in Indonesian and Irish prefixes.)
_ENDINGS_ONLY = frozenset(
    ("", "ca", "da", "de", "en", "es", "fi", "fr", "it", "nb", "nn", "no", "pl", "pt", "ro", "ru", "sv")
)
# Scripts of single letters with capitals, and the punctuation that stands between their words.
_RANGES = ((0x20, 0x250), (0x370, 0x400), (0x400, 0x530), (0x1E00, 0x1F00), (0x2010, 0x205F), (0x20A0, 0x20C0))
# Endings change up to so many of the last letters of a stem; with so many letters few other words begin alike.
_CHANGED, _ENOUGH = 2, 4


@lru_cache(maxsize=1_000)
def beginnings(words: tuple[str, ...], language: str) -> Begins | None:
    """Return what finds where words begin that may have the same stem as one of the folded ``words``.

    None for languages in which a word may begin otherwise than its stem. What is found may stand within a word.
    """
    if primary(language) not in _ENDINGS_ONLY:
        return None
    begin = {
        form[: max(2, min(_ENOUGH, len(form) - _CHANGED))] for word in words for form in (word, stem(word, language))
    }
    letters = _letters()
    if any(letter not in letters for some in begin for letter in some):
        return None
    return tuple(re.compile("".join(f"[{letters[letter]}]" for letter in some)) for some in sorted(begin))


def is_unusual(text: str) -> bool:
    """Say whether something stands in the text that is not folded letter by letter: then every word has to be read."""
    return not text.isascii() and _unusual().search(text) is not None


@cache
def _letters() -> dict[str, str]:
    """Return by each folded letter those that are written for it."""
    letters: dict[str, str] = {}
    for number in _usual():
        letters[fold(chr(number))] = letters.get(fold(chr(number)), "") + re.escape(chr(number))
    return letters


@cache
def _usual() -> list[int]:
    some = (number for first, end in _RANGES for number in range(first, end))
    return [number for number in some if not chr(number).isalnum() or len(fold(chr(number))) == 1]


@cache
def _unusual() -> re.Pattern[str]:
    letters = (chr(number) for number in _usual() if chr(number).isprintable() or chr(number) == " ")
    return re.compile(f"[^\\s{''.join(map(re.escape, letters))}]")
