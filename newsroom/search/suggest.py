"""Suggestions while a reader types: topics, outlets and pages whose titles contain the typed words."""

from datetime import datetime
from uuid import UUID

from newsroom.search import lookup
from newsroom.search.analysis import fold_words
from newsroom.search.backends import get_backend
from newsroom.search.index.tokens import KIND, SPELLING_SEPARATOR, TITLE, make_tag
from newsroom.search.lookup import fetch_prepared_rows, load_overview
from newsroom.search.query.conditions import ENTITY_KINDS, IndexQuery, StemmedQuery
from newsroom.search.query.parse import MAX_QUERY_LENGTH, MAX_WORDS, ParsedQuery
from newsroom.search.search import Hit

MIN_LETTERS = 2
MAX_NAMES = 50


def suggest(start: str, *, at: datetime, limit: int = 6) -> list[Hit]:
    """Return hits that can be read at ``at`` and whose titles contain all words of ``start``, the last as a prefix.

    The name and the aliases of a topic or an outlet count as titles. Topics and outlets come first, those with the
    fewest words in their names first, and take at most half of the places if there are enough pages. Among pages, newer
    ones come first. If ``start`` has fewer than ``MIN_LETTERS`` letters and digits, return [].
    """
    typed = fold_words(start[:MAX_QUERY_LENGTH])[:MAX_WORDS]
    if sum(map(len, typed)) < MIN_LETTERS:
        return []
    *before, last = typed
    # The incomplete word is not stemmed.
    overview = load_overview(at=at)
    stemmed = StemmedQuery(ParsedQuery(start, tuple((word,) for word in before)), overview.languages)
    query = IndexQuery(required=stemmed.conditions_in_part(TITLE), prefix=f"{TITLE}{SPELLING_SEPARATOR}{last}")
    pages = lookup.pages_sql(query, at=at, limit=limit, since=overview.since)
    names = lookup.entities_sql(
        query.with_tag_among(make_tag(KIND, kind) for kind in ENTITY_KINDS), at=at, limit=MAX_NAMES
    )
    statement = f"""WITH "once" AS (SELECT "id" FROM ({pages[0]}) AS pages UNION ALL SELECT "id" FROM ({names[0]}) AS names)
        SELECT d."kind", CAST(d."uid" AS text), d."edition", w."title_words"
        FROM {get_backend().FOUND_ROWS_SQL} ORDER BY d."id" DESC"""  # noqa: S608 -- no user input
    results = [
        (Hit(kind, UUID(uid), edition), words)
        for kind, uid, edition, words in fetch_prepared_rows(statement, [*pages[1], *names[1]])
    ]
    page_hits = [hit for hit, _ in results if hit.edition is not None]
    entities_by_length = [(len(words.partition("\n")[0].split()), hit) for hit, words in results if hit.edition is None]
    entity_hits = [hit for _, hit in sorted(entities_by_length, key=lambda each: each[0])]
    return [*entity_hits[: max(limit - len(page_hits), limit // 2)], *page_hits][:limit]
