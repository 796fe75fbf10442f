"""Helpers that index entries and search for them."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from newsroom.http.clock import FOREVER
from newsroom.search.index import index_entry
from newsroom.search.index.entries import Entry, TextPart
from newsroom.search.query.conditions import Filters
from newsroom.search.query.parse import ParsedQuery
from newsroom.search.search import Results, search

NOW = datetime(2026, 11, 9, 8, tzinfo=UTC)
DAY = timedelta(days=1)
_editions = count(1)


def index_page(title: str, *, text: str = "", section: str = "happened", days: float = 1, **fields: Any) -> Entry:
    """Index a story that was updated ``days`` days before ``NOW``, and return its entry."""
    updated_at = NOW - days * DAY
    entry = Entry(
        **{
            "kind": "story",
            "uid": uuid4(),
            "titles": (title,),
            "language": "en",
            "texts": (TextPart(text, section),),
            "edition": next(_editions),
            "updated_at": updated_at,
            "live_from": updated_at,
            "live_until": FOREVER,
            **fields,
        }
    )
    index_entry(entry)
    return entry


def index_name(kind: str, *names: str, text: str = "", uid: UUID | None = None) -> Entry:
    """Index a topic or an outlet."""
    entry = Entry(kind, uid or uuid4(), names, texts=(TextPart(text),))
    index_entry(entry)
    return entry


def run_search(query: str, *, at: datetime = NOW, page: int = 1, size: int = 10, **filters: Any) -> Results:
    """Return the results for the query."""
    return search(ParsedQuery.parse(query), Filters(**filters), at=at, page=page, size=size)


def list_hit_uids(query: str, **more: Any) -> list[UUID]:
    """Return the uids of the hits, in order."""
    return [hit.uid for hit in run_search(query, **more).hits]


def list_indexed_words() -> list[str]:
    """Return the words of each entry of the full-text index, in the form in which the database stores them."""
    statement = (
        'SELECT words FROM "search_index"'
        if connection.vendor == "sqlite"
        else 'SELECT "words"::text FROM "search_searchdocument"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(words for (words,) in cursor.fetchall())
