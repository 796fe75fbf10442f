"""The topics and outlets in search results and filters, under their present names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self
from uuid import UUID

from django.db.models import F, QuerySet, Value

from newsroom.db.statements import PreparedQuery
from newsroom.http.reverse import reverse_slug
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.search.query.conditions import OUTLET, TOPIC
from newsroom.search.search import Hit
from newsroom.text.join import join_list
from topics.models import Topic, TopicKind


@dataclass(frozen=True, slots=True)
class EntityName:
    """A topic or an outlet, with the kind of topic or outlet that it is. A topic has no country."""

    kind: str
    slug: str
    name: str
    entity_kind: str
    country: str
    description: str

    @property
    def about(self) -> str:
        """A description in a few words."""
        if self.kind == TOPIC:
            return str(TopicKind(self.entity_kind).label)
        return join_list((str(OutletKind(self.entity_kind).label), self.country))

    @property
    def url(self) -> str:
        """The address of the entity's page."""
        return reverse_slug(self.kind, self.slug)


@dataclass(frozen=True, slots=True)
class EntityNames:
    """Topics and outlets, keyed by uid, without those that were merged into another."""

    topics: dict[UUID, EntityName] = field(default_factory=dict)
    outlets: dict[UUID, EntityName] = field(default_factory=dict)

    @classmethod
    def from_hits(cls, hits: Iterable[Hit], *, topics: Iterable[UUID] = (), outlets: Iterable[UUID] = ()) -> Self:
        """Look up the entities in ``hits``, and the entities with the given uids, in at most one query."""
        wanted = {TOPIC: set(topics), OUTLET: set(outlets)}
        for hit in hits:
            if hit.edition is None:
                wanted[hit.kind].add(hit.uid)
        names: dict[str, dict[UUID, EntityName]] = {TOPIC: {}, OUTLET: {}}
        for uid, *fields in _ENTITIES(topics=wanted[TOPIC], outlets=wanted[OUTLET]):
            name = EntityName(*fields)
            names[name.kind][uid] = name
        return cls(topics=names[TOPIC], outlets=names[OUTLET])

    def of(self, hit: Hit) -> EntityName | None:
        """Return the entity of this hit, or None if it was not found."""
        return self.topics.get(hit.uid) if hit.kind == TOPIC else self.outlets.get(hit.uid)


def _select_fields(entities: QuerySet[Any], kind: str, country: Value | F) -> QuerySet[Any, Any]:
    """Select the uid, and the fields of ``EntityName``."""
    # The rows are not loaded as models, because that would take up half the time of a results page.
    return (
        entities.filter(merged_into=None)
        .order_by()
        .values_list("uid", Value(kind), "slug", "name", "kind", country, "description")
    )


_ENTITIES = PreparedQuery(
    lambda topics, outlets: (
        _select_fields(Topic.objects.filter(uid__in=topics), TOPIC, Value(""))
        .union(_select_fields(Outlet.objects.filter(uid__in=outlets), OUTLET, F("country")), all=True)
        .order_by()
    )
)
