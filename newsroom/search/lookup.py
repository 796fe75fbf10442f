"""Queries to the full-text index, limited to what readers can read at a given moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection

from newsroom.db.statements import prepared_cursor
from newsroom.search.analysis import STEMMERS
from newsroom.search.backends import get_backend
from newsroom.search.index.keys import key_for, update_time
from newsroom.search.index.tokens import span_tags
from newsroom.search.query.conditions import ALL_KEYS, ENTITY_KEYS, IndexQuery, Span

_LIVE_SQL = 'd."live_from" <= %s AND d."live_until" > %s'
# Readers can find a topic or an outlet while a live page names it. The condition is a scalar subquery instead of
# EXISTS, so that neither database first collects all entities that are named.
_NAMED_SQL = """(
    SELECT 1 FROM "search_mention" AS m WHERE m."uid" = d."uid" AND m."page_kind" IN ('story', 'question')
    AND m."live_from" <= %s AND m."live_until" > %s LIMIT 1
) IS NOT NULL"""
_PAGES_SQL = f'{_LIVE_SQL} AND d."edition" IS NOT NULL'
_ANY_DOCUMENT_SQL = f'{_LIVE_SQL} AND (d."edition" IS NOT NULL OR {_NAMED_SQL})'

# The time span to search first if it cannot be derived from the number of pages.
RECENT_SPAN = timedelta(days=90)
# A span that ``span_tags`` always covers: less than ``MAX_SPANS`` months.
MAX_SPAN = timedelta(days=900)
# SQLite accepts at most 500 terms in a compound SELECT statement.
MAX_SELECTS = 100

type Statement = tuple[str, list[Any]]  # SQL and its values


@dataclass(frozen=True, slots=True)
class IndexOverview:
    """A summary of the content of the index at a given moment.

    ``languages`` are the languages with a stemmer and a live page. Pages updated from ``since`` on are searched before
    all others; None means that all pages are searched at once.
    """

    languages: tuple[str, ...]
    since: datetime | None


def load_overview(*, at: datetime) -> IndexOverview:
    """Return a summary of the content of the index at ``at``. This takes one query."""
    key_sql, key_values = get_backend().first_pass_key_sql(key_for(at))
    # Each language is looked up from the previous one, so that the cost depends only on how many are in use.
    statement = f"""WITH RECURSIVE codes(code) AS (
        SELECT min("language") FROM "search_searchdocument"
        UNION ALL
        SELECT (SELECT min(d."language") FROM "search_searchdocument" AS d WHERE d."language" > codes.code)
        FROM codes WHERE codes.code IS NOT NULL
    ) SELECT code, NULL FROM codes WHERE code IS NOT NULL AND EXISTS (
        SELECT 1 FROM "search_searchdocument" AS d WHERE d."language" = code AND {_LIVE_SQL}
    ) UNION ALL SELECT NULL, {key_sql}"""  # noqa: S608 -- no user input
    rows = fetch_prepared_rows(statement, [*[adapt_datetime(at)] * 2, *key_values])
    return IndexOverview(
        languages=tuple(sorted(code for code, _ in rows if code in STEMMERS)),
        since=next((update_time(key) for code, key in rows if code is None and key is not None), None),
    )


def pages_sql(
    query: IndexQuery, *, at: datetime, limit: int, since: datetime | None, span: Span = ALL_KEYS
) -> Statement:
    """Return SQL, with its values, for the keys of pages that match the query and are live at ``at``, newest first.

    If ``since`` is given, recently updated pages are searched before all others, usually those updated from then on.
    """
    if since:
        end = at if span[1] > key_for(at) else update_time(span[1]) or at
        begin = max(since if since < end else end - RECENT_SPAN, end - MAX_SPAN, update_time(span[0]) or since)
        query = replace(query, recent_tags=tuple(span_tags(begin, end)))
    statement, values = get_backend().newest_matches_sql(query, _PAGES_SQL, [adapt_datetime(at)] * 2, span, limit)
    return statement, values


def entities_sql(query: IndexQuery, *, at: datetime, limit: int) -> Statement:
    """Return SQL, with its values, for the keys of topics and outlets that match the query.

    Only those named by a page that is live at ``at`` are included. The query must be limited to topics and outlets.
    """
    # SQLite always reads in key order. With a narrower span, PostgreSQL would scan the keys instead of using the word
    # index.
    span = ENTITY_KEYS if connection.vendor == "sqlite" else ALL_KEYS
    moments = [adapt_datetime(at)] * 2
    statement, values = get_backend().newest_matches_sql(
        query, _LIVE_SQL, moments, span, limit, late_condition=(_NAMED_SQL, moments)
    )
    return statement, values


def find_newest_pages(query: IndexQuery, *, at: datetime, limit: int, since: datetime | None) -> list[int]:
    """Return the keys of pages that match the query and are live at ``at``, newest first. This takes one query."""
    return [key for (key,) in fetch_rows(*pages_sql(query, at=at, limit=limit, since=since))]


def find_newest_editions(queries: Sequence[IndexQuery], *, at: datetime, limit: int) -> set[int]:
    """Return the keys of editions live at ``at``: for each query, the ``limit`` newest editions that match it.

    This takes one database query for every ``MAX_SELECTS`` of ``queries``.
    """
    editions: set[int] = set()
    for batch in batched(queries, MAX_SELECTS):
        statements = [pages_sql(query, at=at, limit=limit, since=at - RECENT_SPAN) for query in batch]
        keys = " UNION ".join(f'SELECT "id" FROM ({statement}) AS found' for statement, _ in statements)  # noqa: S608 -- no user input
        values = [value for _, parameters in statements for value in parameters]
        editions_sql = f'SELECT "edition" FROM "search_searchdocument" WHERE "id" IN ({keys})'  # noqa: S608 -- as above
        editions |= {edition for (edition,) in fetch_rows(editions_sql, values)}
    return editions


def count_matches(queries: Mapping[str, IndexQuery], *, at: datetime, limit: int) -> dict[str, int]:
    """Return the number of documents that match each query and can be read at ``at``, counted up to ``limit``.

    The result is keyed by the names of the queries. This takes at most one database query.
    """
    counts, values_of_all = [], []
    for number, query in enumerate(queries.values()):
        statement, values = get_backend().newest_matches_sql(
            query, _ANY_DOCUMENT_SQL, [adapt_datetime(at)] * 4, ALL_KEYS, limit
        )
        counts.append(f"SELECT {number}, count(*) FROM ({statement}) AS found")  # noqa: S608 -- no user input
        values_of_all += values
    found = dict(fetch_rows(" UNION ALL ".join(counts), values_of_all)) if counts else {}
    return {name: found[number] for number, name in enumerate(queries)}


def fetch_prepared_rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a statement that PostgreSQL prepares once per connection, and return its rows.

    Only ``values`` may depend on the words of a search, because each prepared statement takes memory until the
    connection is closed.
    """
    with prepared_cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def fetch_rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a statement that PostgreSQL does not keep prepared, and return its rows."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def adapt_datetime(moment: datetime) -> str | datetime | None:
    """Return a moment in the form that the database accepts."""
    return connection.ops.adapt_datetimefield_value(moment)


def adapt_uid(uid: UUID) -> str | UUID:
    """Return a uid in the form that the database stores."""
    return uid if connection.features.has_native_uuid_field else uid.hex
