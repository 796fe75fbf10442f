"""The number of live works that mention an entity, counted up to a limit."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import Any, cast

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery

from newsroom.db.keyset import select_first
from newsroom.entities.mentions import mention_branches, mention_relation
from newsroom.entities.models import NamedEntity

# The limits beside a name in a list, and on a page of its own.
MOST_IN_LISTS = 100
MAX_ON_OWN_PAGE = 1_000
# The number of keys in one query.
BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class Count:
    """A number of works; ``is_all`` is False if there are more."""

    number: int
    is_all: bool = True


class CappedCount(Subquery):
    """The number of rows of a sliced query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class MentionCounter:
    """What is counted: live works of one ``kind``, in these ``languages`` or in all, up to ``most``."""

    kind: str
    at: datetime
    most: int = MOST_IN_LISTS
    languages: Collection[str] | None = None

    def annotate[Thing: NamedEntity](self, things: QuerySet[Thing]) -> QuerySet[Thing]:
        """Annotate entities with the number of works that mention each (``own_count``), and ``is_joined``.

        ``is_joined`` is whether others were merged into the entity.
        """
        joined = things.model._default_manager.filter(Q(merged_into=OuterRef("pk")))
        found: Any = things.annotate(own_count=CappedCount(self._naming(things.model)), is_joined=Exists(joined))
        return cast("QuerySet[Thing]", found)

    def count(self, things: Iterable[NamedEntity]) -> dict[int, Count]:
        """Return by key how many works mention each entity or one that was merged into it.

        The entities come from ``added_to``. Two queries if any of them has merged entities, none otherwise. A work that
        mentions several of a family counts once.
        """
        found = {thing.pk: vars(thing) for thing in things}
        numbers = {key: int(values["own_count"]) for key, values in found.items()}
        if joined := [thing for thing in things if found[thing.pk]["is_joined"]]:
            numbers |= self._together(type(joined[0]), [thing.pk for thing in joined])
        return {key: Count(min(number, self.most), number <= self.most) for key, number in numbers.items()}

    def _walks(self, model: type[NamedEntity], keys: Iterable[object]) -> list[QuerySet[Any, Any]]:
        return mention_branches(model, keys, kind=self.kind, at=self.at, languages=self.languages)

    def _naming(self, model: type[NamedEntity]) -> Any:
        (rows,) = self._walks(model, [OuterRef("pk")])
        # In the order of the index that holds the kind of work.
        return rows.order_by("-updated_at", "-uid").values("edition")[: self.most + 1]

    def _together(self, model: type[NamedEntity], keys: list[int]) -> dict[int, int]:
        """Return how many works mention each entity or one merged into it, counting the newest works of each member."""
        everything: Any = model._default_manager
        naming = mention_relation(model)
        members = dict(everything.filter(merged_into__in=keys).values_list("pk", "merged_into"))
        present = {**members, **{key: key for key in keys}}
        found: dict[int, set[int]] = {key: set() for key in keys}
        for some in batched(present, BATCH_SIZE):
            rows = select_first(self._walks(model, some), order=("-updated_at", "-uid"), limit=self.most + 1)
            named = naming.related_model._default_manager.filter(pk__in=rows).order_by()
            for key, edition in named.values_list(naming.field.name, "edition"):
                found[present[key]].add(edition)
        return {key: len(editions) for key, editions in found.items()}
