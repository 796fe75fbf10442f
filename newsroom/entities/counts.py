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

# The limits for counts in a list, and for counts on the entity's own page.
MAX_IN_LISTS = 100
MAX_ON_OWN_PAGE = 1_000
# The maximum number of keys in one query.
BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class Count:
    """A number of works. ``is_all`` is False if there are more."""

    number: int
    is_all: bool = True


class CappedCount(Subquery):
    """The number of rows of a sliced query."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()


@dataclass(frozen=True, slots=True)
class MentionCounter:
    """A counter of live works of one ``kind``, up to ``limit``.

    Only works in ``languages`` are counted, unless it is None.
    """

    kind: str
    at: datetime
    limit: int = MAX_IN_LISTS
    languages: Collection[str] | None = None

    def annotate[Entity: NamedEntity](self, entities: QuerySet[Entity]) -> QuerySet[Entity]:
        """Annotate entities with ``own_count``, the number of works that mention each, and ``has_merged``.

        The number is counted up to one more than ``limit``. ``has_merged`` says whether other entities were merged into
        the entity.
        """
        merged = entities.model._default_manager.filter(Q(merged_into=OuterRef("pk")))
        annotated: Any = entities.annotate(
            own_count=CappedCount(self._newest_mentions(entities.model)), has_merged=Exists(merged)
        )
        return cast("QuerySet[Entity]", annotated)

    def count(self, entities: Iterable[NamedEntity]) -> dict[int, Count]:
        """Return the number of works that mention each entity or one that was merged into it, keyed by primary key.

        The entities must be annotated by ``annotate``. This takes no query unless other entities were merged into one
        of them. A work that mentions an entity and others that were merged into it is counted once.
        """
        annotations = {entity.pk: vars(entity) for entity in entities}
        numbers = {key: int(values["own_count"]) for key, values in annotations.items()}
        if families := [entity for entity in entities if annotations[entity.pk]["has_merged"]]:
            numbers |= self._count_families(type(families[0]), [entity.pk for entity in families])
        return {key: Count(min(number, self.limit), number <= self.limit) for key, number in numbers.items()}

    def _mention_branches(self, model: type[NamedEntity], keys: Iterable[object]) -> list[QuerySet[Any, Any]]:
        return mention_branches(model, keys, kind=self.kind, at=self.at, languages=self.languages)

    def _newest_mentions(self, model: type[NamedEntity]) -> Any:
        (rows,) = self._mention_branches(model, [OuterRef("pk")])
        # In the order of the index that contains the kind of work.
        return rows.order_by("-updated_at", "-uid").values("edition")[: self.limit + 1]

    def _count_families(self, model: type[NamedEntity], keys: list[int]) -> dict[int, int]:
        """Return the number of works that mention each entity or one merged into it.

        Only the newest works of each family member are counted.
        """
        manager: Any = model._default_manager
        relation = mention_relation(model)
        merged = dict(manager.filter(merged_into__in=keys).values_list("pk", "merged_into"))
        remaining_keys = {**merged, **{key: key for key in keys}}
        editions: dict[int, set[int]] = {key: set() for key in keys}
        for batch in batched(remaining_keys, BATCH_SIZE):
            branches = self._mention_branches(model, batch)
            rows = select_first(branches, order=("-updated_at", "-uid"), limit=self.limit + 1)
            mentions = relation.related_model._default_manager.filter(pk__in=rows).order_by()
            for key, edition in mentions.values_list(relation.field.name, "edition"):
                editions[remaining_keys[key]].add(edition)
        return {key: len(of_family) for key, of_family in editions.items()}
