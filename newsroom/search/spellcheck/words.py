"""The spelling of words: which words of documents are near to a misspelt one."""

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from django.db import connection

from newsroom.db.statements import PreparedQuery
from newsroom.search.analysis import fold_words, split_words
from newsroom.search.backends import get_backend
from newsroom.search.index.tokens import SPELLING_SEPARATOR
from newsroom.search.models import Spelling, SpeltWord

SHORTEST, LONGEST = 4, 40
MIN_LENGTH_FOR_TWO_ERRORS = 8  # letters from which on two may be wrong


_WITNESSED = PreparedQuery(
    lambda documents: SpeltWord.objects.filter(document__in=documents).order_by("word").values_list("word")
)


def is_correctable(word: str, folded: str) -> bool:
    """Return whether a misspelling of the word can be corrected: it has only letters, not too few and not too many."""
    return (
        len(folded) >= SHORTEST
        and max(len(folded), len(word)) <= LONGEST
        and (word.isalpha() or all(unicodedata.category(character)[0] in "LM" for character in word))
    )


def iter_correctable_words(text: str) -> Iterator[str]:
    """Yield the words of a text as spelt, in lower case, if a misspelling of them can be corrected."""
    for written in split_words(text):
        yield from _spelt_as(written)


@lru_cache(maxsize=50_000)
def _spelt_as(written: str) -> tuple[str, ...]:
    spelt = unicodedata.normalize("NFC", written).lower()
    return (spelt,) if any(is_correctable(spelt, folded) for folded in fold_words(written)) else ()


def store_words(words: Mapping[str, int]) -> None:
    """Store how these words are spelt, each with the key of a document that contains it. At most three queries."""
    if not words:
        return
    with connection.cursor() as cursor:
        # Sorted, so that two transactions that store words at the same time do not wait for each other.
        new = sorted(get_backend().unlearned(cursor, list(words)))
        if new:
            pairs = [(key, word) for word in new for key in sorted(_keys(_folded(word)))]
            get_backend().learn(cursor, [(word, words[word]) for word in new], pairs)


def remove_orphaned_words(documents: Collection[int], new_words: Mapping[int, Collection[str]]) -> None:
    """Remove the words that no document contains any more, now that these documents are gone.

    ``said`` holds the words of new documents by key. Only words that had one of the removed documents as their witness
    are looked up. At most five queries.
    """
    if not documents:
        return
    words = [word for (word,) in _WITNESSED(documents=list(documents))]
    witnesses = {word: key for key, some in new_words.items() for word in some}
    held = {word: witnesses.get(word) for word in words}
    if lost := [word for word, key in held.items() if key is None]:
        with connection.cursor() as cursor:
            found = get_backend().holders(cursor, [SPELLING_SEPARATOR + word for word in lost])
        held |= {word: found.get(SPELLING_SEPARATOR + word) for word in lost}
    standing = [SpeltWord(word=word, document=key) for word, key in held.items() if key is not None]
    SpeltWord.objects.bulk_create(standing, update_conflicts=True, update_fields=["document"], unique_fields=["word"])
    gone = [word for word, key in held.items() if key is None]
    if gone:
        Spelling.objects.filter(word__in=gone).delete()
        SpeltWord.objects.filter(word__in=gone).delete()


def delete_all_words() -> None:
    """Remove all words."""
    Spelling.objects.all().delete()
    SpeltWord.objects.all().delete()


def find_near_words(word: str) -> dict[str, int]:
    """Return the words of which a folded one may be a misspelling, except itself, each with its distance in letters."""
    if len(word) < SHORTEST:
        return {}
    most = 2 if len(word) >= MIN_LENGTH_FOR_TWO_ERRORS else 1
    others = set(Spelling.objects.filter(key__in=_keys(word)).values_list("word", flat=True))
    return {other: far for other in others if 0 < (far := _distance(word, _folded(other))) <= most}


def _folded(word: str) -> str:
    return "".join(fold_words(word))


def _keys(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _distance(one: str, other: str) -> int:
    """Return the distance in letters that are added, missing, replaced or transposed: optimal string alignment."""
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
