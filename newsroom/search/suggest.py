"""Suggestions while a reader types: topics, outlets and pages whose titles contain what was typed so far."""

from datetime import datetime
from uuid import UUID

from newsroom.search import lookup
from newsroom.search.analysis import fold_words
from newsroom.search.backends import get_backend
from newsroom.search.index.tokens import KIND, SPELLING_SEPARATOR, TITLE, make_tag
from newsroom.search.lookup import fetch_rows, load_overview
from newsroom.search.query.conditions import ENTITY_KINDS, IndexQuery, StemmedQuery
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
    typed = fold_words(start[:LONGEST_QUERY])[:MOST_WORDS]
    if sum(map(len, typed)) < FEWEST_LETTERS:
        return []
    *before, last = typed
    # A word that is only begun is used as it is, without the stemmer of any language.
    there = load_overview(at=at)
    sought = StemmedQuery(ParsedQuery(start, tuple((word,) for word in before)), there.languages)
    question = IndexQuery(every=sought.conditions_in_part(TITLE), prefix=f"{TITLE}{SPELLING_SEPARATOR}{last}")
    pages = lookup.pages_sql(question, at=at, limit=limit, since=there.since)
    names = lookup.entities_sql(
        question.with_tag_among(make_tag(KIND, kind) for kind in ENTITY_KINDS), at=at, limit=MOST_NAMES
    )
    statement = f"""WITH "once" AS (SELECT "id" FROM ({pages[0]}) AS pages UNION ALL SELECT "id" FROM ({names[0]}) AS names)
        SELECT d."kind", CAST(d."uid" AS text), d."edition", w."title_words"
        FROM {get_backend().FOUND} ORDER BY d."id" DESC"""  # noqa: S608 -- words of our own
    found = [
        (Hit(kind, UUID(uid), edition), words)
        for kind, uid, edition, words in fetch_rows(statement, [*pages[1], *names[1]])
    ]
    told = [hit for hit, _ in found if hit.edition is not None]
    called = [(len(words.partition("\n")[0].split()), hit) for hit, words in found if hit.edition is None]
    named = [hit for _, hit in sorted(called, key=lambda each: each[0])]
    return [*named[: max(limit - len(told), limit // 2)], *told][:limit]
