"""A topic or outlet together with what was merged into it, as editions name them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db.models import Q, QuerySet

from newsroom.names.counting import MOST_ALONE, Count
from newsroom.names.models import Named
from newsroom.names.naming import first_naming, live_naming
from newsroom.pages.paging import first_of


@dataclass(frozen=True, slots=True)
class Family[Thing: Named]:
    """The keys of a thing and of what was merged into it, as far as editions live at ``at`` name them, with their uids."""

    thing: Thing
    keys: tuple[int, ...]
    uids: frozenset[UUID]
    at: datetime

    @classmethod
    def of(cls, thing: Thing, *, at: datetime, among: QuerySet[Thing]) -> Self:
        """Return the family of what stands, read anew ``among`` its kind. One query.

        It has no keys where the thing is not public.
        """
        own: Any = among.filter(Q(pk=thing.pk) | Q(merged_into=thing.pk)).order_by("pk")
        rows = list(own.annotate(naming=first_naming(type(thing), at=at)))
        now = next((row for row in rows if row.pk == thing.pk), thing)
        named = {row.pk: row.uid for row in rows if row.naming is not None}
        return cls(now, tuple(named), frozenset(named.values()), at)

    def count(self, kind: str) -> Count:
        """Return how many live works of a kind name it, each once. One query."""
        limit = MOST_ALONE + 1
        keys = first_of(self.walks(kind), order=("-updated_at", "-uid"), limit=limit, key="edition")
        found = keys.count() if len(self.keys) == 1 else len({row["edition"] for row in keys})
        return Count(min(found, MOST_ALONE), found <= MOST_ALONE)

    def walks(self, kind: str, *, languages: Collection[str] | None = None) -> Sequence[QuerySet[Any, Any]]:
        """Return, for each member, the rows by which live works of a kind name it, in these languages or in any.

        Each has the columns by which its works are ordered (``updated_at``, ``uid``), and an index in this order.
        """
        written: dict[str, object] = {} if languages is None else {"language__in": list(languages)}
        return [live_naming(type(self.thing), key, at=self.at).filter(work_kind=kind, **written) for key in self.keys]
