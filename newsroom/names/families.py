"""A topic or outlet together with what was merged into it, as editions name them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsroom.names.models import Named, live_naming


@dataclass(frozen=True, slots=True)
class Family[Thing: Named]:
    """The keys of a thing and of what was merged into it, as far as editions live at ``at`` name them, with their uids."""

    thing: Thing
    keys: tuple[int, ...]
    uids: frozenset[UUID]
    at: datetime

    @classmethod
    def of(cls, thing: Thing, *, at: datetime) -> Self:
        """Return the family of what stands. One query; it has no keys where the thing is not public."""
        things: Any = type(thing)._default_manager
        own = things.filter(Q(pk=thing.pk) | Q(merged_into=thing))
        named = own.filter(Exists(live_naming(type(thing), OuterRef("pk"), at=at)))
        members = dict(named.order_by("pk").values_list("pk", "uid"))
        return cls(thing, tuple(members), frozenset(members.values()), at)

    def walks(self, kind: str, *, languages: Collection[str] | None = None) -> Sequence[QuerySet[Any, Any]]:
        """Return, for each member, the rows by which live works of a kind name it, in these languages or in any.

        Each has the columns by which its works are ordered (``updated_at``, ``uid``), and an index in this order.
        """
        written: dict[str, object] = {} if languages is None else {"language__in": list(languages)}
        return [live_naming(type(self.thing), key, at=self.at).filter(work_kind=kind, **written) for key in self.keys]
