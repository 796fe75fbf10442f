"""Store the words of documents, and find words that are similar to a misspelt one."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import chain

from django.db import connection

from newsroom.db.statements import PreparedQuery
from newsroom.search.analysis import fold_words
from newsroom.search.backends import get_backend
from newsroom.search.index.tokens import SPELLING_SEPARATOR
from newsroom.search.models import Spelling, SpeltWord

MIN_LENGTH, MAX_LENGTH = 4, 40
MIN_LENGTH_FOR_TWO_ERRORS = 8  # a word of at least this many letters may have two errors


_DOUBLES = re.compile(r"(.)\1+")
_WORDS_OF_DOCUMENTS = PreparedQuery(
    lambda documents: SpeltWord.objects.filter(document__in=documents).order_by("word").values_list("word")
)


def is_correctable(word: str, folded: str) -> bool:
    """Return whether misspellings of the word can be corrected: it has only letters, neither too few nor too many."""
    return (
        len(folded) >= MIN_LENGTH
        and max(len(folded), len(word)) <= MAX_LENGTH
        and (word.isalpha() or all(unicodedata.category(character)[0] in "LM" for character in word))
    )


def list_correctable_words(words: Iterable[str]) -> list[str]:
    """Return those of the written words to which misspellings can be corrected, in lower case, each once."""
    return list(dict.fromkeys(chain.from_iterable(map(_normalise_spelling, dict.fromkeys(words)))))


@lru_cache(maxsize=50_000)
def _normalise_spelling(written: str) -> tuple[str, ...]:
    spelt = unicodedata.normalize("NFC", written).lower()
    return (spelt,) if any(is_correctable(spelt, folded) for folded in fold_words(written)) else ()


def store_words(words: Mapping[str, int]) -> None:
    """Store the spelling of these words, each with the key of a document that contains it."""
    if not words:
        return
    with connection.cursor() as cursor:
        # Sorted, so that two transactions that store the same words cannot deadlock.
        unknown = sorted(get_backend().list_unknown_words(cursor, list(words)))
        if unknown:
            pairs = [(key, word) for word in unknown for key in sorted(_spelling_keys(_fold_word(word)))]
            get_backend().store_spellings(cursor, [(word, words[word]) for word in unknown], pairs)


def remove_orphaned_words(documents: Collection[int], new_words: Mapping[int, Collection[str]]) -> None:
    """Remove the words that no document contains after the removal of ``documents``.

    ``new_words`` maps the keys of new documents to their words. Only words stored with one of the removed documents are
    looked up.
    """
    if not documents:
        return
    words = [word for (word,) in _WORDS_OF_DOCUMENTS(documents=list(documents))]
    witnesses = {word: key for key, new_words_of_document in new_words.items() for word in new_words_of_document}
    documents_by_word = {word: witnesses.get(word) for word in words}
    if unassigned := [word for word, key in documents_by_word.items() if key is None]:
        with connection.cursor() as cursor:
            found = get_backend().find_newest_documents(cursor, [SPELLING_SEPARATOR + word for word in unassigned])
        documents_by_word |= {word: found.get(SPELLING_SEPARATOR + word) for word in unassigned}
    remaining = [SpeltWord(word=word, document=key) for word, key in documents_by_word.items() if key is not None]
    SpeltWord.objects.bulk_create(remaining, update_conflicts=True, update_fields=["document"], unique_fields=["word"])
    orphaned = [word for word, key in documents_by_word.items() if key is None]
    if orphaned:
        Spelling.objects.filter(word__in=orphaned).delete()
        SpeltWord.objects.filter(word__in=orphaned).delete()


def delete_all_words() -> None:
    """Remove all words."""
    Spelling.objects.all().delete()
    SpeltWord.objects.all().delete()


def find_near_words(word: str) -> dict[str, int]:
    """Return the words of which the folded ``word`` may be a misspelling, each with its edit distance.

    Return {} for a word of fewer than ``MIN_LENGTH`` letters.
    """
    if len(word) < MIN_LENGTH:
        return {}
    max_distance = 2 if len(word) >= MIN_LENGTH_FOR_TWO_ERRORS else 1
    others = set(Spelling.objects.filter(key__in=_spelling_keys(word)).values_list("word", flat=True))
    return {other: distance for other in others if 0 < (distance := _distance(word, _fold_word(other))) <= max_distance}


def is_same_without_doubles(word: str, other: str) -> bool:
    """Return whether the folded ``word`` and ``other`` differ only by doubled letters, as “flod” and “flood” do."""
    return _DOUBLES.sub(r"\1", word) == _DOUBLES.sub(r"\1", _fold_word(other))


def _fold_word(word: str) -> str:
    return "".join(fold_words(word))


def _spelling_keys(word: str) -> set[str]:
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _distance(word: str, other: str) -> int:
    """Return the number of added, missing, replaced or transposed letters: the optimal string alignment distance."""
    previous: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, previous, row = previous, row, [i]
        for j, other_letter in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == other_letter:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
