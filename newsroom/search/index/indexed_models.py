"""Queries for the objects and editions in the search index."""

from collections.abc import Collection
from uuid import UUID

from newsroom.db.statements import PreparedQuery
from newsroom.search.models import SearchDocument

type ObjectKey = tuple[str, UUID]  # a kind, and the uid of an object of that kind


_INDEXED_KEYS = PreparedQuery(
    lambda uids: SearchDocument.objects.filter(uid__in=uids).order_by().values_list("kind", "uid").distinct()
)


def is_indexed(kind: str, uid: UUID) -> bool:
    """Return whether any document of this object is indexed."""
    return bool(filter_indexed([(kind, uid)]))


def filter_indexed(keys: Collection[ObjectKey]) -> set[ObjectKey]:
    """Return the ``keys`` whose object has an indexed document. This takes at most one query."""
    return set(_INDEXED_KEYS(uids={uid for _, uid in keys})) & set(keys) if keys else set()


def list_indexed(kind: str) -> list[UUID]:
    """Return the uids of all indexed objects of a kind, once for each indexed document."""
    return list(SearchDocument.objects.filter(kind=kind).values_list("uid", flat=True))


def has_documents() -> bool:
    """Return whether anything is indexed."""
    return SearchDocument.objects.exists()


def is_edition_indexed(edition: int) -> bool:
    """Return whether an edition is indexed."""
    return SearchDocument.objects.of_edition(edition).exists()
