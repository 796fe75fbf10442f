"""Families, each a topic or an outlet together with the entities that were merged into it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from newsroom.db.keyset import select_first
from newsroom.db.statements import PreparedQuery
from newsroom.entities.counts import MAX_ON_OWN_PAGE, CappedCount, Count
from newsroom.entities.mentions import mention_branches, newest_live_mention
from newsroom.entities.models import EntityQuerySet, NamedEntity
from newsroom.redirects.models import Address


@dataclass(frozen=True, slots=True)
class Family[Entity: NamedEntity]:
    """An entity with the keys and uids of those family members that are mentioned by editions live at ``at``.

    The family consists of the entity and the entities that were merged into it.
    """

    thing: Entity
    keys: tuple[int, ...]
    uids: frozenset[UUID]
    at: datetime

    def count(self, kind: str) -> Count:
        """Return the number of live works of a kind that mention the family, at most ``MAX_ON_OWN_PAGE``.

        The family must have keys. This takes one query.
        """
        return self.count_each([kind])[0]

    def count_each(self, kinds: Sequence[str]) -> list[Count]:
        """Return what ``count`` returns for each kind.

        This takes one query, or one for each kind if the family has several keys.
        """
        if not kinds:
            return []
        if len(self.keys) == 1:
            (numbers,) = _prepare_count(type(self.thing), tuple(kinds))(key=self.keys[0], at=self.at)
        else:
            numbers = tuple(self._count_distinct(kind) for kind in kinds)
        return [Count(min(number, MAX_ON_OWN_PAGE), number <= MAX_ON_OWN_PAGE) for number in numbers]

    def _count_distinct(self, kind: str) -> int:
        limit, branches = MAX_ON_OWN_PAGE + 1, self.mention_branches(kind)
        return len(set(select_first(branches, order=_NEWEST_FIRST, limit=limit, columns=("edition",))))

    def mention_branches(self, kind: str, *, languages: Collection[str] | None = None) -> Sequence[QuerySet[Any, Any]]:
        """Return one query per family member in ``keys``, for its mentions by live works (see ``mention_branches``)."""
        return mention_branches(type(self.thing), self.keys, kind=kind, at=self.at, languages=languages)


_NEWEST_FIRST = ("-updated_at", "-uid")


@cache
def _prepare_count(model: type[NamedEntity], kinds: tuple[str, ...]) -> PreparedQuery[tuple[int, ...]]:
    """Return a query that counts the live works of each kind that mention a given entity.

    Each count stops at ``MAX_ON_OWN_PAGE`` + 1.
    """

    def write(key: int, at: datetime) -> QuerySet[Any, Any]:
        counts = []
        for kind in kinds:
            (mentions,) = mention_branches(model, [key], kind=kind, at=at)
            newest: Any = mentions.order_by(*_NEWEST_FIRST).values("edition")[: MAX_ON_OWN_PAGE + 1]
            counts.append(CappedCount(newest))
        manager: Any = model._default_manager
        rows: QuerySet[Any, Any] = manager.filter(pk=key).order_by().values_list(*counts)
        return rows

    return PreparedQuery(write)


class Families[Entity: NamedEntity]:
    """All topics or all outlets, with prepared queries for the page of one of them.

    ``get_queryset`` returns a QuerySet with all data that a page needs from an entity and from the one it was merged
    into.
    """

    def __init__(self, get_queryset: Callable[[], EntityQuerySet[Entity]]) -> None:
        self._get_queryset = get_queryset
        self._by_slug = PreparedQuery(lambda slug, at: get_queryset().reachable(at).filter(slug=slug))
        self._by_uid = PreparedQuery(lambda uid, at: get_queryset().reachable(at).filter(uid=uid))
        self._members = PreparedQuery(self._select_members)

    @cached_property
    def address_kind(self) -> str:
        """The kind under which the addresses of these entities are stored."""
        return self._get_queryset().model.address_kind

    def get_by_slug(self, slug: str, *, at: datetime) -> Entity | None:
        """Return the entity at a current or previous address, or None if there is none that readers may look up.

        For a merged entity, return the one it was merged into. The result need not be public. This takes at most three
        queries.
        """
        if rows := self._by_slug(slug=slug, at=at):
            return rows[0].remaining
        uid = Address.objects.owner_uid(self.address_kind, slug)
        return self.get_by_uid(uid, at=at) if uid else None

    def get_by_uid(self, uid: UUID, *, at: datetime) -> Entity | None:
        """Return the entity with this uid under the same rules as ``get_by_slug``. This takes one query."""
        return next((row.remaining for row in self._by_uid(uid=uid, at=at)), None)

    def family_of(self, entity: Entity, *, at: datetime) -> Family[Entity]:
        """Return the family of an entity that is not merged, and read the entity again. This takes one query.

        The family has no keys if the entity is not public.
        """
        rows: Any = self._members(key=entity.pk, at=at)
        current = next((row for row in rows if row.pk == entity.pk), entity)
        mentioned = {row.pk: row.uid for row in rows if row.newest_mention is not None}
        return Family(current, tuple(mentioned), frozenset(mentioned.values()), at)

    def _select_members(self, key: int, at: datetime) -> QuerySet[Any, Any]:
        entities = self._get_queryset()
        members = entities.filter(Q(pk=key) | Q(merged_into=key)).order_by("pk")
        return members.annotate(newest_mention=newest_live_mention(entities.model, at=at))
