"""Corrections of a query: words that occur nowhere are taken as misspelt and replaced by near ones."""

from datetime import datetime
from itertools import batched, product

from newsroom.search.index.tokens import SPELLING_SEPARATOR
from newsroom.search.lookup import count_matches
from newsroom.search.query.conditions import IndexQuery, StemmedQuery
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.spellcheck import words

# The numbers of words that are corrected, of neighbours of each, and of spellings of a query that are tried.
MOST_MISSPELT = 3
MOST_NEAR = 8
MOST_TRIED = 8
MOST_COUNTED = 200
# SQLite accepts 500 SELECTs in one statement.
MOST_TOGETHER = 250


def find_corrections(sought: StemmedQuery, *, at: datetime) -> list[ParsedQuery]:
    """Return the query with words that occur nowhere corrected, likeliest first; none if one cannot be corrected."""
    words = {
        word: StemmedQuery(ParsedQuery(word, ((word,),)), sought.languages).match_anywhere()
        for word in sought.query.words
    }
    wrong = [word for word, number in count_matches(words, at=at, limit=1).items() if not number]
    if not 0 < len(wrong) <= MOST_MISSPELT:
        return []
    right = [_near(word, at=at) for word in wrong]
    # The ranks of the words of each spelling: first the nearest of all, then those with one rank more in total, and so
    # on.
    places = sorted(product(*(range(len(near)) for near in right)), key=sum)[:MOST_TRIED]
    return [
        sought.query.replace_words({word: near[place] for word, near, place in zip(wrong, right, each, strict=True)})
        for each in places
    ]


def _near(word: str, *, at: datetime) -> list[str]:
    """Return words of what is live: the nearest first, and of equally near ones the most frequent first."""
    # Every neighbour is counted, so that words of scheduled editions take no place from others.
    far = words.find_near_words(word)
    held: dict[str, int] = {}
    for some in batched(far, MOST_TOGETHER):
        asked = {other: IndexQuery().with_tag_among([SPELLING_SEPARATOR + other]) for other in some}
        held |= count_matches(asked, at=at, limit=MOST_COUNTED)
    return sorted(filter(held.get, held), key=lambda other: (far[other], -held[other], other))[:MOST_NEAR]
