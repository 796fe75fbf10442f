"""Takes words that stand nowhere as misspelt, and proposes what may have been meant."""

from datetime import datetime
from itertools import batched, product

from newsroom.search.index.tokens import SPELT
from newsroom.search.lookup import numbers
from newsroom.search.query.conditions import IndexQuery, Sought
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.spellcheck import words

# How many words are put right, with how many of their neighbours, and how many spellings of a query are tried.
MOST_MISSPELT = 3
MOST_NEAR = 8
MOST_TRIED = 8
MOST_COUNTED = 200
# SQLite takes 500 questions together.
MOST_TOGETHER = 250


def corrections(sought: Sought, *, at: datetime) -> list[ParsedQuery]:
    """Return the query with words that stand nowhere put right, the likeliest first; none where one cannot be."""
    words = {word: Sought(ParsedQuery(word, ((word,),)), sought.languages).anywhere() for word in sought.wanted.words}
    wrong = [word for word, number in numbers(words, at=at, limit=1).items() if not number]
    if not 0 < len(wrong) <= MOST_MISSPELT:
        return []
    right = [_near(word, at=at) for word in wrong]
    # Where in their orders the words of a spelling stand: the first of all, then those one place farther, and so on.
    places = sorted(product(*(range(len(near)) for near in right)), key=sum)[:MOST_TRIED]
    return [
        sought.wanted.corrected({word: near[place] for word, near, place in zip(wrong, right, each, strict=True)})
        for each in places
    ]


def _near(word: str, *, at: datetime) -> list[str]:
    """Return words that something live holds: the nearest first, of these the one that most hold.

    Every neighbour is asked for, so that those of editions that wait take no place from others.
    """
    far = words.near(word)
    held: dict[str, int] = {}
    for some in batched(far, MOST_TOGETHER):
        asked = {other: IndexQuery().tagged([SPELT + other]) for other in some}
        held |= numbers(asked, at=at, limit=MOST_COUNTED)
    return sorted(filter(held.get, held), key=lambda other: (far[other], -held[other], other))[:MOST_NEAR]
