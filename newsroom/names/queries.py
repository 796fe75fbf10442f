"""What is asked of topics and outlets by their names, and by the editions that name them."""

from collections.abc import Iterable
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from newsroom.names.naming import first_begun, first_naming
from newsroom.text.fold import fold

if TYPE_CHECKING:
    from newsroom.names.models import Named

LONGEST_NAME = 200
_MOST_NAMES = 10_000  # of one query: databases limit its parameters


class NamedQuerySet[Thing: "Named"](models.QuerySet[Thing]):
    """Questions about things with names. Editions refer to them under ``editions``, with a span."""

    def standing(self) -> Self:
        """Leave out what was merged into another."""
        return self.filter(Q(merged_into=None))

    def public(self, at: datetime) -> Self:
        """Keep what an edition live at ``at`` names, itself or through one merged into it.

        Each is asked for its newest edition: a database that may choose makes a list of all that are named.
        """
        own = first_naming(self.model, at=at)
        joined = self.model._default_manager.filter(Q(merged_into=OuterRef("pk")), IsNull(own, False))
        return self.standing().filter(IsNull(Coalesce(own, Subquery(joined.order_by().values("pk")[:1])), False))

    def seen(self, at: datetime) -> Self:
        """Keep what readers have seen by ``at``: an edition that began names it, itself or through one merged into it."""
        everything = self.model._default_manager.all()
        named = everything.filter(_begun(at))
        return self.filter(Q(pk__in=named.values("pk")) | Q(pk__in=named.values("merged_into")))

    def within_reach(self, at: datetime) -> Self:
        """Keep what readers may look up by its address or uid; of what was merged into another only what they have seen.

        That is what an edition that began names, and what was seen when it was merged: its name is findable since.
        """
        told = self.model._default_manager.filter(Q(aliases__is_findable=True, aliases__folded=OuterRef("folded_name")))
        return self.filter(Q(merged_into=None) | Q(IsNull(first_begun(self.model, at=at), False)) | Exists(told))

    def saying(self, words: str) -> Self:
        """Keep those of which each of the words is said, however it is written: in the name, or in a further name."""
        found = self.all()
        for word in fold(words).split():
            # Each part is asked of its own index; an index serves no condition that reaches over two tables.
            first, *others = (part.order_by().values("pk") for part in self.holding(word))
            found = found.filter(Q(pk__in=first.union(*others, all=True)))
        return found

    def holding(self, word: str) -> list[Any]:
        """Return what holds the folded word, by the place where it stands."""
        everything, aliases = self.model._default_manager, self.model.aliases.rel.related_model
        known = aliases._default_manager.filter(Q(folded__contains=word)).order_by().values(aliases.leads_to)
        return [everything.filter(Q(folded_name__contains=word)), everything.filter(Q(pk__in=known))]

    def called(self, name: str) -> Self:
        """Keep the one of this name or alias, however it is written."""
        folded = fold(name)[:LONGEST_NAME]
        known = self.model._default_manager.filter(Q(aliases__folded=folded)).values("pk")
        return self.standing().filter(Q(folded_name=folded) | Q(pk__in=known))

    def by_names(self, names: Iterable[str]) -> dict[str, Thing]:
        """Return the object that each of the names or aliases leads to, by the name as given; two queries a batch."""
        folded = {name: said for name in names if (said := fold(name)[:LONGEST_NAME])}
        aliases = self.model.aliases.rel.related_model
        found: dict[str, Thing] = {}
        for batch in batched(set(folded.values()), _MOST_NAMES):
            by_alias = dict(aliases._default_manager.filter(folded__in=batch).values_list("folded", aliases.leads_to))
            objects = self.standing().filter(Q(folded_name__in=batch) | Q(pk__in=by_alias.values())).in_bulk()
            found |= {said: objects[pk] for said, pk in by_alias.items() if pk in objects}
            found |= {thing.folded_name: thing for thing in objects.values()}
        return {name: found[said] for name, said in folded.items() if said in found}


def _begun(at: datetime) -> Q:
    return Q(editions__live_from__lte=at, editions__live_until__gt=F("editions__live_from"))
