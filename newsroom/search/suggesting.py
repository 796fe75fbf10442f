"""Finds what readers may be about to type: topics, outlets and pages whose titles hold what was typed so far."""

from datetime import datetime

from newsroom.search.analysis import folded_words
from newsroom.search.asking import Question, Sought
from newsroom.search.filters import NAMES
from newsroom.search.models import SearchDocument
from newsroom.search.searching import Hit, hits_of, live_languages, newest, newest_pages
from newsroom.search.tokens import KIND, SPELT, TITLE, tag
from newsroom.search.wanted import LONGEST_QUERY, MOST_WORDS, Wanted

FEWEST_LETTERS = 2
MOST_NAMES = 50


def suggest(start: str, *, at: datetime, limit: int = 6) -> list[Hit]:
    """Return what can be read at ``at`` and has all words of ``start`` in its title or name; the last is only begun.

    Topics and outlets come first, the shortest names before others, and leave half of the places to pages, the newest
    of them first. Under two letters nothing is suggested. Four queries.
    """
    typed = folded_words(start[:LONGEST_QUERY])[:MOST_WORDS]
    if sum(map(len, typed)) < FEWEST_LETTERS:
        return []
    *before, last = typed
    sought = Sought(Wanted(start, tuple((word,) for word in before)), live_languages(at=at))
    question = Question(every=sought.within(TITLE), prefix=f"{TITLE}{SPELT}{last}")
    pages = newest_pages(question, at=at, limit=limit)
    names = newest(question.tagged(tag(KIND, kind) for kind in NAMES), at=at, limit=MOST_NAMES)
    lengths = SearchDocument.objects.filter(pk__in=names).values_list("title_words", "pk")
    named = [key for _, key in sorted((len(words.partition("\n")[0].split()), key) for words, key in lengths)]
    return hits_of([*named[: max(limit - len(pages), limit // 2)], *pages][:limit])
