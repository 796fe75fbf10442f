"""Queries of the API's lists and entities: what readers can open at a given time, filtered by the parameters."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import Http404
from django.urls import reverse

from newsroom.entities.alphabet import Initial, initial_of
from newsroom.entities.counts import Count, MentionCounter
from newsroom.entities.merged import Families, Family
from newsroom.entities.models import EntityQuerySet, NamedEntity
from newsroom.page_cache.responses import MovedError
from stories.editions.models import Edition, EditionQuerySet
from stories.public.api.addresses import resolve_entity
from stories.public.api.filters import WorkFilter
from stories.public.api.parameters import ListParameters, WorkListParameters, decode_name_cursor, encode_name_cursor
from stories.public.pages.lists.cards import topics_of
from stories.public.pages.outlets.outlet import OUTLETS
from topics.models import Topic
from topics.pages import TOPIC_FAMILIES

_INITIAL = Initial("folded_name")


@dataclass(frozen=True, slots=True)
class WorkWithTopics:
    """A story or question in a list, with its topics under their present names."""

    edition: Edition
    topics: list[Topic]


@dataclass(frozen=True, slots=True)
class EntityWithCount[Thing: NamedEntity]:
    """A topic or an outlet, with how many stories name it; the count may stop at a limit."""

    entity: Thing
    stories: Count


@dataclass(frozen=True, slots=True)
class ListPage[Item]:
    """A page of a list; ``then`` is the cursor of the next page, empty on the last."""

    items: list[Item]
    next_cursor: str


def list_works(
    kind: str, live: EditionQuerySet, asked: WorkListParameters, *, at: datetime
) -> ListPage[WorkWithTopics]:
    """Return a page of the ``live`` works of a kind that match the parameters at ``at``, newest first.

    It takes three queries, at most four more for each filter by topic or outlet, and one where two filters meet. Raise
    Http404 if the cursor is invalid.
    """
    topic = _family(TOPIC_FAMILIES, asked.topic, at=at)
    outlet = _family(OUTLETS, asked.outlet, at=at)
    if (asked.topic and not topic) or (asked.outlet and not outlet):
        return ListPage([], "")
    narrowing = WorkFilter(kind, topic, outlet, asked.language, asked.since, asked.until)
    found = narrowing.paginate(live, before=asked.cursor, size=asked.limit)
    topics = topics_of(found.rows)
    items = [WorkWithTopics(edition, topics.get(edition.pk, [])) for edition in found.rows]
    return ListPage(items, str(found.next_cursor) if found.next_cursor else "")


def _family[Thing: NamedEntity](families: Families[Thing], key: str | None, *, at: datetime) -> Family[Thing] | None:
    found = resolve_entity(families, key, at=at) if key else None
    return families.family_of(found, at=at) if found else None


def list_entities[Thing: NamedEntity](
    things: EntityQuerySet[Thing], asked: ListParameters, *, kind: str | None, at: datetime
) -> ListPage[EntityWithCount[Thing]]:
    """Return a page of ``things`` that are public at ``at``, of one kind or of all, by name.

    It takes one query, or three if some were merged. Raise Http404 if the cursor is invalid.
    """
    public = things.public(at)
    name = decode_name_cursor(asked.cursor)
    if kind:
        # The index over the kind of each entity has this order.
        onward = TupleGreaterThan(Tuple(_INITIAL, F("folded_name")), (initial_of(name), name))
        ordered = public.filter(onward, Q(kind=kind)).order_by(_INITIAL, "folded_name")
    else:
        ordered = public.filter(Q(folded_name__gt=name)).order_by("folded_name")
    counting = MentionCounter("story", at)
    found = list(counting.annotate(ordered[: asked.limit + 1]))
    numbers = counting.count(found)
    items = [EntityWithCount(thing, numbers[thing.pk]) for thing in found[: asked.limit]]
    return ListPage(items, encode_name_cursor(items[-1].entity.folded_name) if len(found) > asked.limit else "")


def get_entity[Thing: NamedEntity](families: Families[Thing], key: str, *, at: datetime) -> EntityWithCount[Thing]:
    """Return the topic or outlet that ``key``, a slug or a uid, identifies, in at most five queries.

    Raise MovedError if it has another address now, and Http404 unless it is public at ``at``.
    """
    family = _family(families, key, at=at)
    if family is None or not family.keys:
        raise Http404
    found = family.thing
    if key not in (found.slug, str(found.uid)):
        raise MovedError(reverse(families.address_kind, args=[found.slug]))
    return EntityWithCount(found, family.count("story"))
