"""Correct a query: words that occur nowhere count as misspelt and are replaced with similar words."""

from datetime import datetime
from itertools import batched, product

from newsroom.search.index.tokens import SPELLING_SEPARATOR
from newsroom.search.lookup import count_matches
from newsroom.search.query.conditions import IndexQuery, StemmedQuery
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.spellcheck import words

MAX_MISSPELT = 3  # words to correct in a query
MAX_SIMILAR = 8  # similar words for each
MAX_ATTEMPTS = 8  # spellings of a query to try
MAX_COUNT = 200  # documents to count for each similar word
# SQLite accepts at most 500 terms in a compound SELECT statement.
MAX_SELECTS = 250


def find_corrections(stemmed: StemmedQuery, *, at: datetime) -> list[ParsedQuery]:
    """Return at most ``MAX_ATTEMPTS`` corrected queries, most likely first.

    The list is empty if no word or more than ``MAX_MISSPELT`` words are misspelt, or if a misspelt word has no similar
    word.
    """
    queries = {
        word: StemmedQuery(ParsedQuery(word, ((word,),)), stemmed.languages).match_anywhere()
        for word in stemmed.query.words
    }
    misspelt = [word for word, number in count_matches(queries, at=at, limit=1).items() if not number]
    if not 0 < len(misspelt) <= MAX_MISSPELT:
        return []
    candidates = [find_similar_words(word, at=at) for word in misspelt]
    # Each combination has one rank for each misspelt word. Combinations with the lowest total, that is, those with
    # the most similar words, come first.
    rank_combinations = sorted(product(*(range(len(similar)) for similar in candidates)), key=sum)[:MAX_ATTEMPTS]
    return [
        stemmed.query.replace_words(
            {word: similar[rank] for word, similar, rank in zip(misspelt, candidates, ranks, strict=True)}
        )
        for ranks in rank_combinations
    ]


def find_similar_words(word: str, *, at: datetime) -> list[str]:
    """Return at most ``MAX_SIMILAR`` similar words of live documents.

    The most similar words come first. Among equally similar words, those that differ only by a doubled letter come
    first, then the most frequent ones.
    """
    # All similar words are counted, so that words that occur only in scheduled editions do not displace others.
    distances = words.find_near_words(word)
    counts: dict[str, int] = {}
    for batch in batched(distances, MAX_SELECTS):
        queries = {other: IndexQuery().with_tag_among([SPELLING_SEPARATOR + other]) for other in batch}
        counts |= count_matches(queries, at=at, limit=MAX_COUNT)

    def rank(other: str) -> tuple[int, bool, int, str]:
        return distances[other], not words.is_same_without_doubles(word, other), -counts[other], other

    return sorted(filter(counts.get, counts), key=rank)[:MAX_SIMILAR]
