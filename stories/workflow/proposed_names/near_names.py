"""Compare the names of topics and outlets: two names are near if they may mean the same topic or outlet."""

import re
import tomllib
from collections.abc import Collection, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from pathlib import Path

_MIN_MISSPELT_LENGTH = 5  # shorter words are too similar to each other: Post and Port
_MIN_DISTINCTIVE_LENGTH = 4
_MIN_WORD_SIMILARITY = 0.75  # one wrong letter in five, two in eight
# The same for words that begin with different letters (Kopenhagen and Copenhagen), and for generic words (Courrier and
# Courier, but not Weekend and Weekly).
_MIN_SIMILARITY_OF_OTHERS = 0.85
_ENDINGS = frozenset(("s", "es", "e", "en"))
_MIN_ACRONYM_LENGTH = 3
_MAX_ACRONYM_LENGTH = 6
_ARTICLE = "ال"  # Arabic writes its article as a part of the word

_WORDS = {
    kind: frozenset(words.split())
    for kind, words in tomllib.loads(Path(__file__).with_name("name_words.toml").read_text(encoding="utf-8")).items()
}
_DROPPED = _WORDS["connecting"] | _WORDS["legal_forms"]
_WORD = re.compile(r"[^\W_]+")
_NOT_LETTERS = re.compile(r"[\W\d_]")


@lru_cache(maxsize=10_000)
def split_name(folded: str) -> tuple[str, ...]:
    """Return the words of a folded name, without articles, prepositions and legal forms unless there are no others."""
    words = _WORD.findall(folded.replace("'s", "").replace("’s", ""))
    words = [word[2:] if word.startswith(_ARTICLE) and len(word) > _MIN_DISTINCTIVE_LENGTH else word for word in words]
    return tuple(word for word in words if word not in _DROPPED) or tuple(words)


def list_distinctive_words(folded: str) -> list[str]:
    """Return the words by which a folded name is found: all but generic words such as “Daily”, unless all are generic."""
    words = split_name(folded)
    return [word for word in words if not is_generic(word)] or list(words)


def is_generic(word: str) -> bool:
    """Return whether many names contain this folded word, so that two names that share it are not near for that."""
    return word in _WORDS["generic"]


def list_acronyms(folded: str) -> set[str]:
    """Return the acronyms of a folded name of several words: with and without its articles and prepositions."""
    everything = _WORD.findall(folded)
    acronyms = {"".join(word[0] for word in words) for words in (everything, split_name(folded))}
    return {acronym for acronym in acronyms if _MIN_ACRONYM_LENGTH <= len(acronym) <= _MAX_ACRONYM_LENGTH}


def is_acronym(folded: str) -> bool:
    """Return whether a folded name may be an acronym: a few letters without spaces."""
    return _MIN_ACRONYM_LENGTH <= len(folded) <= _MAX_ACRONYM_LENGTH and not _NOT_LETTERS.search(folded)


def are_near(one: str, other: str) -> bool:
    """Return whether two folded names may mean the same topic or outlet.

    They do if one is an acronym of the other, or if all words of the shorter name occur in the longer one, and what the
    longer one adds is generic or the shorter one has a distinctive word. Misspelt words count as the same.
    """
    if one == other:
        return True
    shorter, longer = sorted((split_name(one), split_name(other)), key=len)
    if not shorter:
        return False
    if "".join(shorter) == "".join(longer):
        return True
    if (is_acronym(one) and one in list_acronyms(other)) or (is_acronym(other) and other in list_acronyms(one)):
        return True
    added = _remove_matching(shorter, longer)
    if added is None:
        return False
    return all(map(is_generic, added)) or any(
        len(word) >= _MIN_DISTINCTIVE_LENGTH and not is_generic(word) for word in shorter
    )


def measure_similarity(one: str, other: str) -> float:
    """Return the similarity of two folded names, from 0 to 1, by which near names are sorted."""
    return SequenceMatcher(None, one, other).ratio()


def _remove_matching(shorter: Sequence[str], longer: Sequence[str]) -> Collection[str] | None:
    """Return the words of ``longer`` that are left if each word of ``shorter`` removes one, or None if one does not."""
    rest = list(longer)
    for word in sorted(shorter, key=lambda word: word not in longer):
        match = word if word in rest else next((other for other in rest if _is_same_word(word, other)), None)
        if match is None:
            return None
        rest.remove(match)
    return rest


@lru_cache(maxsize=50_000)
def _is_same_word(one: str, other: str) -> bool:
    """Return whether two different words are forms or misspellings of the same word."""
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) < _MIN_DISTINCTIVE_LENGTH or any(character.isdigit() for character in one + other):
        return False
    has_generic = is_generic(one) or is_generic(other)
    if not has_generic and longer.startswith(shorter) and longer.removeprefix(shorter) in _ENDINGS:
        return True
    if one[0] == other[0] and sorted(one) == sorted(other):
        return True
    needs_more = has_generic or one[0] != other[0]
    return len(shorter) >= _MIN_MISSPELT_LENGTH and measure_similarity(one, other) >= (
        _MIN_SIMILARITY_OF_OTHERS if needs_more else _MIN_WORD_SIMILARITY
    )
