"""Lists of topics and outlets from A to Z: of each kind as much as a page holds, and where its letters begin."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThanOrEqual

from newsroom.db.keyset import first_of
from newsroom.db.loose_scan import first_of_each
from newsroom.names.letters import Initial, initial_of
from newsroom.names.models import Named, NamedQuerySet
from newsroom.text.fold import fold

_INITIAL = Initial("folded_name")
_ORDER = (_INITIAL, "folded_name")


@dataclass(frozen=True, slots=True)
class Alphabet[Thing: Named]:
    """The things of some kinds, each kind from A to Z; ``public`` are all that may be listed."""

    public: NamedQuerySet[Thing]
    kinds: Collection[str]

    def page(self, *, start: str, most: int) -> QuerySet[Thing]:
        """Return of each kind the first ``most`` things from the name ``start`` on, and one more where there are more."""
        walks = [self.public.filter(kind=kind) for kind in self.kinds]
        if folded := fold(start):
            onward = TupleGreaterThanOrEqual(Tuple(_INITIAL, F("folded_name")), (initial_of(folded), folded))
            walks = [walk.filter(onward) for walk in walks]
        keys = first_of(walks, order=_ORDER, limit=most + 1)
        return self.public.model._default_manager.filter(pk__in=keys).order_by("kind", *_ORDER)

    def beginnings(self) -> QuerySet[Thing]:
        """Return of each kind the first thing of each letter, in their order. One step of an index for each."""
        parts = [self.public.filter(kind=kind) for kind in self.kinds]
        return first_of_each(parts, Initial, "folded_name", then=["folded_name"]).order_by("kind", *_ORDER)
