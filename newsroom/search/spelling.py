"""How words are spelt: which of those that stand somewhere is near to one that nobody wrote."""

import unicodedata
from collections.abc import Collection

from newsroom.search.analysis import folded_words
from newsroom.search.models import Spelling

SHORTEST, LONGEST = 4, 40
LONG = 8  # letters from which on two may be wrong
BATCH = 500


def is_spelt(word: str, folded: str) -> bool:
    """Say whether a misspelling of the word can be put right: it is of letters alone, not too few and not too many."""
    return (
        len(folded) >= SHORTEST
        and max(len(folded), len(word)) <= LONGEST
        and all(unicodedata.category(character)[0] in "LM" for character in word)
    )


def learn(words: Collection[str]) -> None:
    """Remember how these words are spelt."""
    known = set(Spelling.objects.filter(word__in=words).values_list("word", flat=True))
    # In one order, so that two who learn at a time do not wait for each other.
    pairs = sorted((key, word) for word in set(words) - known for key in _keys(_folded(word)))
    Spelling.objects.bulk_create([Spelling(key=key, word=word) for key, word in pairs], BATCH, ignore_conflicts=True)


def unlearn(words: Collection[str]) -> None:
    """Forget these words."""
    Spelling.objects.filter(word__in=words).delete()


def near(word: str) -> dict[str, int]:
    """Return the words that a folded one may have been meant to be, not itself, and how many letters each is away."""
    if len(word) < SHORTEST:
        return {}
    most = 2 if len(word) >= LONG else 1
    others = set(Spelling.objects.filter(key__in=_keys(word)).values_list("word", flat=True))
    return {other: far for other in others if 0 < (far := _distance(word, _folded(other))) <= most}


def _folded(word: str) -> str:
    return "".join(folded_words(word))


def _keys(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _distance(one: str, other: str) -> int:
    """Return how many letters are more, less, other, or have changed places: optimal string alignment."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, there in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != there))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == there:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
