"""How alike two texts are: questions by the stems of their words, passages by runs of words."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import combinations
from threading import local
from typing import Any

import snowballstemmer

from newsroom.text.folding import fold
from newsroom.text.plain import words_of
from newsroom.text.remembering import remembered
from newsroom.text.scripts import UNPARTED

ALIKE = 0.8
COPIED = 0.6
RUN = 5
_WORD = re.compile(rf"[{UNPARTED}]|[^\W{UNPARTED}]+")
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian",
    "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil",
    "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_of_this_thread = local()
# What a stem and the words it stands for may differ in at their ends: lorri is lorry, possibl is possibility.
_ENDING = 2
_SHORTEST_PART = 3


@lru_cache(maxsize=1_024)
def stems(words: str, language: str) -> frozenset[str]:
    """Return the folded stems of ``words``; in a language without a stemmer, the folded words."""
    folded = _WORD.findall(fold(words))
    name = _STEMMERS.get(language.split("-")[0].lower())
    return frozenset(_stemmer(name).stemWords(folded) if name else folded)


def _stemmer(name: str) -> Any:
    """Return the stemmer of this thread: one remembers the word it works on, so that threads cannot share it."""
    own: dict[str, Any] = vars(_of_this_thread)
    if name not in own:
        own[name] = snowballstemmer.stemmer(name)
    return own[name]


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of stems that both have among those that either has (Jaccard), from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def telling_parts(wanted: frozenset[str]) -> list[str]:
    """Return parts of words of which anything as much as ``ALIKE`` to ``wanted`` holds at least one.

    Who shares four stems of five lacks at most one in five; so of any two in five that are looked for, one is there.
    The longest are the rarest. An ending is left off, as stems and words differ there.
    """
    needed = int(len(wanted) * (1 - ALIKE) + 1e-9) + 1
    longest = sorted(wanted, key=lambda stem: (-len(stem), stem))[:needed]
    return [stem[: max(_SHORTEST_PART, len(stem) - _ENDING)] for stem in longest]


def copies[Key](passages: Iterable[tuple[Key, str]]) -> list[tuple[Key, Key]]:
    """Return each passage of Markdown of whose runs of five words ``COPIED`` stand in another, with that other.

    Of two that copy each other it is the later. What is shorter than a run is one run.
    """
    found: dict[Key, Key] = {}
    for (first, one), (second, other) in combinations([(key, _runs(text)) for key, text in passages], 2):
        shared = len(one & other)
        if other and shared >= COPIED * len(other):
            found.setdefault(second, first)
        elif one and shared >= COPIED * len(one):
            found.setdefault(first, second)
    return list(found.items())


@remembered(64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(fold(words_of(text)))
    last = max(len(words) - RUN, 0) if words else -1
    return frozenset(tuple(words[start : start + RUN]) for start in range(last + 1))
