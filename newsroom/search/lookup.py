"""Queries to the full-text index, limited to what readers can read at a moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import batched
from typing import Any
from uuid import UUID

from django.db import connection

from newsroom.search.analysis import STEMMERS
from newsroom.search.backends import get_backend
from newsroom.search.index.keys import key_for, moment_of
from newsroom.search.index.tokens import span_tags
from newsroom.search.query.conditions import ALL_KEYS, ENTITY_KEYS, IndexQuery, Span

_LIVE = 'd."live_from" <= %s AND d."live_until" > %s'
# Readers can find a topic or an outlet while a live page names it. Selected as a value, so that no database lists
# everything that is named.
_NAMED = """(
    SELECT 1 FROM "search_mention" AS m WHERE m."uid" = d."uid" AND m."page_kind" IN ('story', 'question')
    AND m."live_from" <= %s AND m."live_until" > %s LIMIT 1
) IS NOT NULL"""
_PAGES = f'{_LIVE} AND d."edition" IS NOT NULL'
_ANYTHING = f'{_LIVE} AND (d."edition" IS NOT NULL OR {_NAMED})'

# The span that is searched first if the number of pages is not known.
RECENT_SPAN = timedelta(days=90)
# The longest span for which there are enough tags, whatever was requested.
MAX_SPAN = timedelta(days=900)
# SQLite accepts 500 SELECTs in one statement.
MAX_SELECTS = 100

type Statement = tuple[str, list[Any]]  # SQL and its values


@dataclass(frozen=True, slots=True)
class IndexOverview:
    """What can be found at a moment.

    ``languages`` are those that have a stemmer and a live page. ``since`` is when the oldest of the newest pages was
    updated, which the database searches before all others: None if there are no more pages.
    """

    languages: tuple[str, ...]
    since: datetime | None


def load_overview(*, at: datetime) -> IndexOverview:
    """Return what can be found at ``at``. One query."""
    # Each language is looked up from the one before, so that only languages that exist cost anything.
    statement = f"""WITH RECURSIVE codes(code) AS (
        SELECT min("language") FROM "search_searchdocument"
        UNION ALL
        SELECT (SELECT min(d."language") FROM "search_searchdocument" AS d WHERE d."language" > codes.code)
        FROM codes WHERE codes.code IS NOT NULL
    ) SELECT code, NULL FROM codes WHERE code IS NOT NULL AND EXISTS (
        SELECT 1 FROM "search_searchdocument" AS d WHERE d."language" = code AND {_LIVE}
    ) UNION ALL SELECT NULL, {get_backend().looked_at_first(key_for(at))}"""  # noqa: S608 -- words of our own
    found = fetch_rows(statement, [adapt_datetime(at)] * 2)
    return IndexOverview(
        languages=tuple(sorted(code for code, _ in found if code in STEMMERS)),
        since=next((moment_of(key) for code, key in found if code is None and key is not None), None),
    )


def pages_sql(
    query: IndexQuery, *, at: datetime, limit: int, since: datetime | None, span: Span = ALL_KEYS
) -> Statement:
    """Return SQL for the keys of pages that match the query and are live at ``at``, newest first.

    Pages updated from ``since`` on are searched before all others, if it is given.
    """
    if since:
        end = at if span[1] > key_for(at) else moment_of(span[1]) or at
        begin = max(since if since < end else end - RECENT_SPAN, end - MAX_SPAN, moment_of(span[0]) or since)
        query = replace(query, recent_tags=tuple(span_tags(begin, end)))
    statement, values = get_backend().newest(query, _PAGES, [adapt_datetime(at)] * 2, span, limit)
    return statement, values


def entities_sql(question: IndexQuery, *, at: datetime, limit: int) -> Statement:
    """Return SQL for the keys of topics and outlets that match the query and are named at ``at``.

    The query must be limited to these kinds.
    """
    # SQLite reads along the keys anyway; PostgreSQL would read along them instead of using the index of words.
    span = ENTITY_KEYS if connection.vendor == "sqlite" else ALL_KEYS
    moments = [adapt_datetime(at)] * 2
    statement, values = get_backend().newest(question, _LIVE, moments, span, limit, then=(_NAMED, moments))
    return statement, values


def find_newest_pages(question: IndexQuery, *, at: datetime, limit: int, since: datetime | None) -> list[int]:
    """Return the keys of pages that match the query and are live at ``at``, newest first. One query."""
    return [key for (key,) in fetch_rows(*pages_sql(question, at=at, limit=limit, since=since))]


def find_newest_editions(questions: Sequence[IndexQuery], *, at: datetime, limit: int) -> set[int]:
    """Return the keys of the newest editions that match each query and are live at ``at``.

    One query for each ``TOGETHER`` of ``questions``.
    """
    found: set[int] = set()
    for some in batched(questions, MAX_SELECTS):
        statements = [pages_sql(question, at=at, limit=limit, since=at - RECENT_SPAN) for question in some]
        keys = " UNION ".join(f'SELECT "id" FROM ({statement}) AS found' for statement, _ in statements)  # noqa: S608 -- words of our own
        values = [value for _, given in statements for value in given]
        named = f'SELECT "edition" FROM "search_searchdocument" WHERE "id" IN ({keys})'  # noqa: S608 -- as above
        found |= {edition for (edition,) in fetch_rows(named, values)}
    return found


def count_matches(questions: Mapping[str, IndexQuery], *, at: datetime, limit: int) -> dict[str, int]:
    """Return how many documents that can be read at ``at`` match each query, counted up to ``limit``. One query."""
    counts, together = [], []
    for number, question in enumerate(questions.values()):
        statement, values = get_backend().newest(question, _ANYTHING, [adapt_datetime(at)] * 4, ALL_KEYS, limit)
        counts.append(f"SELECT {number}, count(*) FROM ({statement}) AS found")  # noqa: S608 -- words of our own
        together += values
    found = dict(fetch_rows(" UNION ALL ".join(counts), together)) if counts else {}
    return {name: found[number] for number, name in enumerate(questions)}


def fetch_rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Execute a statement and return its rows."""
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
