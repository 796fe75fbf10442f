"""Queries for the objects and editions in the search index."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from newsroom.db.statements import PreparedQuery
from newsroom.search.models import SearchDocument


class IndexedDocument(NamedTuple):
    """An indexed document, without its words."""

    key: int
    kind: str
    uid: UUID
    edition: int | None
    live_until: datetime


_DOCUMENTS = PreparedQuery(
    lambda uids: (
        SearchDocument.objects.filter(uid__in=uids).order_by().values_list("pk", "kind", "uid", "edition", "live_until")
    )
)


def is_indexed(kind: str, uid: UUID) -> bool:
    """Return whether any document of this object is indexed."""
    return any(document.kind == kind for document in find_documents([uid]))


def find_documents(uids: Collection[UUID]) -> list[IndexedDocument]:
    """Return all indexed documents of the objects with these uids. This takes at most one query."""
    return [IndexedDocument._make(row) for row in _DOCUMENTS(uids=uids)] if uids else []


def list_indexed(kind: str) -> list[UUID]:
    """Return the uids of all indexed objects of a kind, once for each indexed document."""
    return list(SearchDocument.objects.filter(kind=kind).values_list("uid", flat=True))


def has_documents() -> bool:
    """Return whether anything is indexed."""
    return SearchDocument.objects.exists()


def is_edition_indexed(edition: int) -> bool:
    """Return whether an edition is indexed."""
    return SearchDocument.objects.of_edition(edition).exists()
