"""Families: a topic or an outlet with the entities that were merged into it, as editions mention them."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from newsroom.db.keyset import select_first
from newsroom.db.statements import PreparedQuery
from newsroom.entities.counts import MAX_ON_OWN_PAGE, Count
from newsroom.entities.mentions import mention_branches, newest_live_mention
from newsroom.entities.models import EntityQuerySet, NamedEntity
from newsroom.redirects.models import Address


@dataclass(frozen=True, slots=True)
class Family[Thing: NamedEntity]:
    """An entity with the keys and uids of those family members that editions live at ``at`` mention.

    The family is the entity and those that were merged into it.
    """

    thing: Thing
    keys: tuple[int, ...]
    uids: frozenset[UUID]
    at: datetime

    def count(self, kind: str) -> Count:
        """Return how many live works of a kind mention the family, each counted once. One query."""
        limit = MAX_ON_OWN_PAGE + 1
        keys = select_first(
            self.mention_branches(kind), order=("-updated_at", "-uid"), limit=limit, columns=("edition",)
        )
        found = keys.count() if len(self.keys) == 1 else len(set(keys))
        return Count(min(found, MAX_ON_OWN_PAGE), found <= MAX_ON_OWN_PAGE)

    def mention_branches(self, kind: str, *, languages: Collection[str] | None = None) -> Sequence[QuerySet[Any, Any]]:
        """Return, for each member, its mentions by live works, as ``walks_naming`` does."""
        return mention_branches(type(self.thing), self.keys, kind=kind, at=self.at, languages=languages)


class Families[Thing: NamedEntity]:
    """All topics or all outlets, with prepared queries for the page of one of them.

    ``everything`` returns a QuerySet that selects what a page needs of each entity and of the one it was merged into.
    """

    def __init__(self, everything: Callable[[], EntityQuerySet[Thing]]) -> None:
        self._everything = everything
        self._at_address = PreparedQuery(lambda slug, at: everything().reachable(at).filter(slug=slug))
        self._of_uid = PreparedQuery(lambda uid, at: everything().reachable(at).filter(uid=uid))
        self._members = PreparedQuery(self._written)

    @cached_property
    def address_kind(self) -> str:
        """The kind under which the addresses of these entities are stored."""
        return self._everything().model.address_kind

    def get_by_slug(self, slug: str, *, at: datetime) -> Thing | None:
        """Return the entity at a current or former address, or None if readers may not look it up.

        A merged entity leads to the one it was merged into. It may not be public. Three queries at most.
        """
        if found := self._at_address(slug=slug, at=at):
            return found[0].remaining
        uid = Address.objects.owner_uid(self.address_kind, slug)
        return self.get_by_uid(uid, at=at) if uid else None

    def get_by_uid(self, uid: UUID, *, at: datetime) -> Thing | None:
        """Return the entity with this uid, as ``led_to`` does. One query."""
        return next((found.remaining for found in self._of_uid(uid=uid, at=at)), None)

    def family_of(self, thing: Thing, *, at: datetime) -> Family[Thing]:
        """Return the family of an entity that is not merged, read anew. One query.

        It has no keys if the entity is not public.
        """
        rows: Any = self._members(thing=thing.pk, at=at)
        now = next((row for row in rows if row.pk == thing.pk), thing)
        named = {row.pk: row.uid for row in rows if row.naming is not None}
        return Family(now, tuple(named), frozenset(named.values()), at)

    def _written(self, thing: int, at: datetime) -> QuerySet[Any, Any]:
        things = self._everything()
        own = things.filter(Q(pk=thing) | Q(merged_into=thing)).order_by("pk")
        return own.annotate(naming=newest_live_mention(things.model, at=at))
