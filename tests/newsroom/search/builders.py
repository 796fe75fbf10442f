"""Short ways to index things and to look for them."""

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


def page(title: str, *, text: str = "", section: str = "happened", days: float = 1, **fields: Any) -> Entry:
    """Index a story that was updated so many days ago; return its entry."""
    begun = NOW - days * DAY
    entry = Entry(
        **{
            "kind": "story",
            "uid": uuid4(),
            "titles": (title,),
            "language": "en",
            "texts": (TextPart(text, section),),
            "edition": next(_editions),
            "updated_at": begun,
            "live_from": begun,
            "live_until": FOREVER,
            **fields,
        }
    )
    index_entry(entry)
    return entry


def name(kind: str, *names: str, text: str = "", uid: UUID | None = None) -> Entry:
    """Index a topic or an outlet."""
    entry = Entry(kind, uid or uuid4(), names, texts=(TextPart(text),))
    index_entry(entry)
    return entry


def found(query: str, *, at: datetime = NOW, page: int = 1, size: int = 10, **filters: Any) -> Results:
    """Look for the query."""
    return search(ParsedQuery.parse(query), Filters(**filters), at=at, page=page, size=size)


def uids(query: str, **more: Any) -> list[UUID]:
    """Return what is found, in its order."""
    return [hit.uid for hit in found(query, **more).hits]


def words_written() -> list[str]:
    """Return what the index of words holds, as its database keeps it."""
    statement = (
        'SELECT words FROM "search_index"'
        if connection.vendor == "sqlite"
        else 'SELECT "words"::text FROM "search_searchdocument"'
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return sorted(words for (words,) in cursor.fetchall())
