"""Measure the similarity of texts: of questions by the stems of their words, of passages by five-word phrases."""

import re
from collections.abc import Hashable, Iterable, Mapping
from functools import lru_cache
from itertools import chain, combinations

from newsroom.search.analysis import fold_words, stem_words
from newsroom.text.fold import fold
from newsroom.text.markdown.grammar import cache_short_texts
from newsroom.text.plain import plain_text
from newsroom.text.writing_systems import UNSPACED_SCRIPTS

MIN_SIMILARITY = 0.8
MIN_COPIED_SHARE = 0.6
PHRASE_LENGTH = 5
_WORD = re.compile(rf"[{UNSPACED_SCRIPTS}]|[^\W{UNSPACED_SCRIPTS}]+")


@lru_cache(maxsize=10_000)
def get_stems(words: str, language: str) -> frozenset[str]:
    """Return the folded stems of ``words``, as in the search index."""
    return frozenset(stem_words(fold_words(words), language))


def jaccard_index(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets of stems, from 0 to 1."""
    return len(one & other) / len(one | other) if one or other else 0.0


def list_required_groups(stems: frozenset[str]) -> list[tuple[str, ...]]:
    """Return groups of stems such that any sufficiently similar set contains all stems of at least one group.

    A set with a Jaccard index of at least ``MIN_SIMILARITY``, 0.8, lacks at most one in five of ``stems``. If ``stems``
    is divided into parts, each missing stem makes one part incomplete. The groups are all combinations of as many parts
    as are certain to be complete.
    """
    max_missing = int(len(stems) * (1 - MIN_SIMILARITY) + 1e-9)
    # More complete parts give more groups, each with more stems and therefore with fewer matches. Among 50,000
    # questions with similar wordings of twelve stems, ten groups of seven stems find a twentieth of the questions that
    # three groups of four stems find.
    # With three or more missing stems, three complete parts would give twenty groups or more.
    complete = 3 if max_missing < 3 else 2
    part_count = min(max_missing + complete, len(stems))
    # Long stems are rare, so every part gets some of them.
    longest_first = sorted(stems, key=lambda stem: (-len(stem), stem))
    parts = [longest_first[first::part_count] for first in range(part_count)]
    return (
        [tuple(chain(*chosen_parts)) for chosen_parts in combinations(parts, part_count - max_missing)] if stems else []
    )


class WordingIndex[Key: Hashable]:
    """An index of wordings by stem. A search compares a wording with a few others, not with all of them."""

    def __init__(self, stems_by_key: Mapping[Key, frozenset[str]]) -> None:
        self._stems_by_key = stems_by_key
        self._keys_by_stem: dict[str, set[Key]] = {}
        for key, stems in stems_by_key.items():
            for stem in stems:
                self._keys_by_stem.setdefault(stem, set()).add(key)

    def find_similar(self, stems: frozenset[str]) -> set[Key]:
        """Return the keys of the wordings whose similarity to ``stems`` is at least ``MIN_SIMILARITY``."""
        candidates: set[Key] = set()
        for group in list_required_groups(stems):
            key_sets = sorted((self._keys_by_stem.get(stem, set()) for stem in group), key=len)
            candidates |= key_sets[0].intersection(*key_sets[1:])
        return {key for key in candidates if jaccard_index(stems, self._stems_by_key[key]) >= MIN_SIMILARITY}


def find_copies[Key](passages: Iterable[tuple[Key, str]]) -> list[tuple[Key, Key]]:
    """Return pairs of keys: a passage that copies another passage, and that other passage.

    A passage is a copy if at least ``MIN_COPIED_SHARE`` of its five-word phrases occur in the other passage. If two
    passages copy each other, the later one is the copy. A text of fewer than five words counts as one phrase.
    """
    originals: dict[Key, Key] = {}
    for (first, one), (second, other) in combinations([(key, _get_phrases(text)) for key, text in passages], 2):
        shared = len(one & other)
        if other and shared >= MIN_COPIED_SHARE * len(other):
            originals.setdefault(second, first)
        elif one and shared >= MIN_COPIED_SHARE * len(one):
            originals.setdefault(first, second)
    return list(originals.items())


@cache_short_texts(64)
def _get_phrases(text: str) -> frozenset[tuple[str, ...]]:
    words = _WORD.findall(fold(plain_text(text)))
    last = max(len(words) - PHRASE_LENGTH, 0) if words else -1
    return frozenset(tuple(words[start : start + PHRASE_LENGTH]) for start in range(last + 1))
