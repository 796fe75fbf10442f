"""Queries for the objects and editions that the search index contains."""

from collections.abc import Collection
from uuid import UUID

from newsroom.db.statements import PreparedQuery
from newsroom.search.models import SearchDocument

type Thing = tuple[str, UUID]  # a kind, and the uid of an object of that kind


_KNOWN = PreparedQuery(
    lambda uids: SearchDocument.objects.filter(uid__in=uids).order_by().values_list("kind", "uid").distinct()
)


def knows(kind: str, uid: UUID) -> bool:
    """Return whether any document of this object is indexed."""
    return bool(known_of([(kind, uid)]))


def known_of(things: Collection[Thing]) -> set[Thing]:
    """Return those objects of which any document is indexed. One query."""
    return set(_KNOWN(uids={uid for _, uid in things})) & set(things) if things else set()


def known(kind: str) -> list[UUID]:
    """Return the uids of all indexed objects of a kind."""
    return list(SearchDocument.objects.filter(kind=kind).values_list("uid", flat=True))


def is_begun() -> bool:
    """Return whether anything is indexed."""
    return SearchDocument.objects.exists()


def knows_edition(edition: int) -> bool:
    """Return whether an edition is indexed."""
    return SearchDocument.objects.of_edition(edition).exists()
