"""The topics and outlets in search results and filters, under their present names."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from django.urls import reverse

from newsroom.db.statements import pad_values
from newsroom.outlets.models import Outlet, OutletKind
from newsroom.search.lookup import adapt_uid, fetch_prepared_rows
from newsroom.search.query.conditions import OUTLET, TOPIC
from newsroom.search.search import Hit
from newsroom.text.join import join_list
from topics.models import Topic, TopicKind


@dataclass(frozen=True, slots=True)
class EntityName:
    """A topic or an outlet. ``about`` describes it in a few words."""

    kind: str
    slug: str
    name: str
    about: str
    description: str

    @property
    def url(self) -> str:
        """The address of the entity's page."""
        return reverse(self.kind, args=[self.slug])


@dataclass(frozen=True, slots=True)
class EntityNames:
    """Topics and outlets, keyed by uid, without those that were merged into another."""

    topics: dict[UUID, EntityName] = field(default_factory=dict)
    outlets: dict[UUID, EntityName] = field(default_factory=dict)

    @classmethod
    def from_hits(cls, hits: Iterable[Hit], *, topics: Iterable[UUID] = (), outlets: Iterable[UUID] = ()) -> Self:
        """Look up the entities in ``hits``, and the entities with the given uids, in at most two queries."""
        # The rows are not loaded as models, because that would take up half the time of a results page.
        entity_hits = [(hit.kind, hit.uid) for hit in hits if hit.edition is None]
        return cls(
            {
                UUID(uid): EntityName(TOPIC, slug, name, str(TopicKind(kind).label), description)
                for uid, slug, name, kind, _, description in _fetch_entities(
                    Topic._meta.db_table, "''", {*topics, *(uid for kind, uid in entity_hits if kind == TOPIC)}
                )
            },
            {
                UUID(uid): EntityName(
                    OUTLET, slug, name, join_list((str(OutletKind(kind).label), country)), description
                )
                for uid, slug, name, kind, country, description in _fetch_entities(
                    Outlet._meta.db_table,
                    '"country"',
                    {*outlets, *(uid for kind, uid in entity_hits if kind == OUTLET)},
                )
            },
        )

    def of(self, hit: Hit) -> EntityName | None:
        """Return the entity of this hit, or None if it was not found."""
        return self.topics.get(hit.uid) if hit.kind == TOPIC else self.outlets.get(hit.uid)


def _fetch_entities(table: str, country: str, uids: set[UUID]) -> list[tuple[str, str, str, str, str, str]]:
    if not uids:
        return []
    padded = pad_values(list(map(adapt_uid, uids)))
    statement = f"""SELECT CAST("uid" AS text), "slug", "name", "kind", {country}, "description" FROM "{table}"
        WHERE "uid" IN ({", ".join(["%s"] * len(padded))}) AND "merged_into_id" IS NULL"""  # noqa: S608 -- no user input
    return fetch_prepared_rows(statement, padded)
