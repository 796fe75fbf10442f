"""Measure how similar two texts are: questions by the stems of their words, passages by runs of words."""

import re
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from itertools import chain, combinations

from newsroom.search.analysis import fold_words, stem_words
from newsroom.text.fold import fold
from newsroom.text.markdown.grammar import cache_short_texts
from newsroom.text.plain import plain_text
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

SIMILAR_FROM = 0.8
COPY_FROM = 0.6
RUN_LENGTH = 5
_WORD = re.compile(rf"[{UNSPACED_SCRIPTS}]|[^\W{UNSPACED_SCRIPTS}]+")


@lru_cache(maxsize=10_000)
def get_stems(words: str, language: str) -> frozenset[str]:
    """Return the folded stems of ``words``, as in the search index."""
    return frozenset(stem_words(fold_words(words), language))


def jaccard_index(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets of stems, from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def list_required_groups(wanted: frozenset[str]) -> list[tuple[str, ...]]:
    """Return groups of stems such that any set with a likeness of ``ALIKE`` to ``wanted`` contains a whole group.

    With ALIKE at 0.8, such a set lacks at most one in five stems of ``wanted``. When the stems are divided into parts,
    only that many parts can be incomplete. Each group is a combination of as many parts as are certain to be complete.
    """
    lacking = int(len(wanted) * (1 - SIMILAR_FROM) + 1e-9)
    # More complete parts make more groups, each with more stems and therefore fewer matches. Among 50,000 questions with
    # similar wordings, ten groups of seven in twelve stems find a twentieth of what three groups of four do.
    kept = 3 if lacking < 3 else 2  # from three on, three would make twenty groups and more
    number = min(lacking + kept, len(wanted))
    # The longest stems are the rarest, so every part gets some of them.
    longest = sorted(wanted, key=lambda stem: (-len(stem), stem))
    parts = [longest[first::number] for first in range(number)]
    return [tuple(chain(*some)) for some in combinations(parts, number - lacking)] if wanted else []


class WordingIndex[Key: Hashable]:
    """An index of wordings by stem, which compares a wording with a few others only."""

    def __init__(self, known: Mapping[Key, frozenset[str]]) -> None:
        self._known = known
        self._holders: dict[str, set[Key]] = {}
        for key, own in known.items():
            for stem in own:
                self._holders.setdefault(stem, set()).add(key)

    def find_similar(self, wanted: frozenset[str]) -> set[Key]:
        """Return the keys of the wordings whose likeness to ``wanted`` is at least ``ALIKE``."""
        found: set[Key] = set()
        for group in list_required_groups(wanted):
            holders = sorted((self._holders.get(stem, set()) for stem in group), key=len)
            found |= holders[0].intersection(*holders[1:])
        return {key for key in found if jaccard_index(wanted, self._known[key]) >= SIMILAR_FROM}


def find_copies[Key](passages: Iterable[tuple[Key, str]]) -> list[tuple[Key, Key]]:
    """Return each passage that copies another one, with that other passage.

    It is a copy if the share ``COPIED`` of its runs of five words occurs in the other one. Of two that copy each other,
    the later one is the copy. A text shorter than a run counts as one run.
    """
    found: dict[Key, Key] = {}
    for (first, one), (second, other) in combinations([(key, _runs(text)) for key, text in passages], 2):
        shared = len(one & other)
        if other and shared >= COPY_FROM * len(other):
            found.setdefault(second, first)
        elif one and shared >= COPY_FROM * len(one):
            found.setdefault(first, second)
    return list(found.items())


@cache_short_texts(64)
def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(fold(plain_text(text)))
    last = max(len(words) - RUN_LENGTH, 0) if words else -1
    return frozenset(tuple(words[start : start + RUN_LENGTH]) for start in range(last + 1))
