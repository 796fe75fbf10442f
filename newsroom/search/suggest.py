"""Suggestions while a reader types: topics, outlets and pages whose titles contain what was typed so far."""

from datetime import datetime
from uuid import UUID

from newsroom.search import lookup
from newsroom.search.analysis import folded_words
from newsroom.search.backends import words_index
from newsroom.search.index.tokens import KIND, SPELT, TITLE, tag
from newsroom.search.lookup import overview, rows
from newsroom.search.query.conditions import NAMES, IndexQuery, Sought
from newsroom.search.query.parse import LONGEST_QUERY, MOST_WORDS, ParsedQuery
from newsroom.search.search import Hit

FEWEST_LETTERS = 2
MOST_NAMES = 50


def suggest(start: str, *, at: datetime, limit: int = 6) -> list[Hit]:
    """Return what can be read at ``at`` and has all words of ``start`` in its title; the last word is only begun.

    The title of a topic or an outlet is its name. Topics and outlets come first, those with the fewest words first.
    They leave half of the places to pages, of which the newest come first. Under two letters nothing is suggested. Two
    queries.
    """
    typed = folded_words(start[:LONGEST_QUERY])[:MOST_WORDS]
    if sum(map(len, typed)) < FEWEST_LETTERS:
        return []
    *before, last = typed
    # A word that is only begun is used as it is, without the stemmer of any language.
    there = overview(at=at)
    sought = Sought(ParsedQuery(start, tuple((word,) for word in before)), there.languages)
    question = IndexQuery(every=sought.within(TITLE), prefix=f"{TITLE}{SPELT}{last}")
    pages = lookup.pages(question, at=at, limit=limit, since=there.since)
    names = lookup.names(question.tagged(tag(KIND, kind) for kind in NAMES), at=at, limit=MOST_NAMES)
    statement = f"""WITH "once" AS (SELECT "id" FROM ({pages[0]}) AS pages UNION ALL SELECT "id" FROM ({names[0]}) AS names)
        SELECT d."kind", CAST(d."uid" AS text), d."edition", w."title_words"
        FROM {words_index().FOUND} ORDER BY d."id" DESC"""  # noqa: S608 -- words of our own
    found = [
        (Hit(kind, UUID(uid), edition), words) for kind, uid, edition, words in rows(statement, [*pages[1], *names[1]])
    ]
    told = [hit for hit, _ in found if hit.edition is not None]
    called = [(len(words.partition("\n")[0].split()), hit) for hit, words in found if hit.edition is None]
    named = [hit for _, hit in sorted(called, key=lambda each: each[0])]
    return [*named[: max(limit - len(told), limit // 2)], *told][:limit]
