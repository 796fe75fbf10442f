"""Queries of the API: the works and entities that are public at a given time, filtered by the parameters."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from newsroom.entities.alphabet import Initial, initial_of
from newsroom.entities.counts import Count, MentionCounter
from newsroom.entities.merged import Families, Family
from newsroom.entities.models import EntityQuerySet, NamedEntity
from newsroom.page_cache.responses import MovedError
from stories.editions.models import Edition, EditionForecast, EditionQuerySet
from stories.public.api.addresses import resolve_entity
from stories.public.api.filters import WorkFilter
from stories.public.api.parameters import (
    ForecastListParameters,
    ListParameters,
    QuestionListParameters,
    WorkListParameters,
    decode_name_cursor,
    encode_name_cursor,
)
from stories.public.pages.forecasts import DayCursor, ForecastEntry, ForecastFilter, paginate_by_day
from stories.public.pages.lists.cards import load_topics
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
class EntityWithCount[Entity: NamedEntity]:
    """A topic or an outlet, and the number of stories that name it. The count may stop at a limit."""

    entity: Entity
    stories: Count


@dataclass(frozen=True, slots=True)
class ListPage[Item]:
    """A page of a list. ``next_cursor`` is the cursor of the next page, or empty on the last page."""

    items: list[Item]
    next_cursor: str


def list_works(
    kind: str, live: EditionQuerySet, query: WorkListParameters, *, at: datetime
) -> ListPage[WorkWithTopics]:
    """Return a page of the works of a kind among ``live`` that match the parameters, newest first.

    This takes at most three queries, up to four more for each filter by topic or outlet, and more if two filters are
    combined (see ``WorkFilter.paginate``). Raise Http404 if the cursor, the topic or the outlet is malformed.
    """
    topic = _find_family(TOPIC_FAMILIES, query.topic, at=at)
    outlet = _find_family(OUTLETS, query.outlet, at=at)
    if (query.topic and not topic) or (query.outlet and not outlet):
        return ListPage([], "")
    of_questions = (query.state, query.expires_before) if isinstance(query, QuestionListParameters) else (None, None)
    work_filter = WorkFilter(kind, topic, outlet, query.language, query.since, query.until, *of_questions)
    page = work_filter.paginate(live, before=query.cursor, size=query.limit)
    topics = load_topics(page.rows)
    items = [WorkWithTopics(edition, topics.get(edition.pk, [])) for edition in page.rows]
    return ListPage(items, str(page.next_cursor) if page.next_cursor else "")


def _find_family[Entity: NamedEntity](
    families: Families[Entity], key: str | None, *, at: datetime
) -> Family[Entity] | None:
    entity = resolve_entity(families, key, at=at) if key else None
    return families.family_of(entity, at=at) if entity else None


def list_entities[Entity: NamedEntity](
    entities: EntityQuerySet[Entity], query: ListParameters, *, kind: str | None, at: datetime
) -> ListPage[EntityWithCount[Entity]]:
    """Return a page of the ``entities`` that are public at ``at``, of one kind or of all kinds, ordered by name.

    This takes one query, and more if other entities were merged into some of them. Raise Http404 if the cursor is
    invalid.
    """
    public = entities.public(at)
    name = decode_name_cursor(query.cursor)
    if kind:
        # In the index that begins with the kind, these two expressions follow.
        after_cursor = TupleGreaterThan(Tuple(_INITIAL, F("folded_name")), (initial_of(name), name))
        ordered = public.filter(after_cursor, Q(kind=kind)).order_by(_INITIAL, "folded_name")
    else:
        ordered = public.filter(Q(folded_name__gt=name)).order_by("folded_name")
    counter = MentionCounter("story", at)
    rows = list(counter.annotate(ordered[: query.limit + 1]))
    counts = counter.count(rows)
    items = [EntityWithCount(entity, counts[entity.pk]) for entity in rows[: query.limit]]
    return ListPage(items, encode_name_cursor(items[-1].entity.folded_name) if len(rows) > query.limit else "")


def list_forecasts(query: ForecastListParameters, *, at: datetime) -> ListPage[ForecastEntry]:
    """Return a page of the forecasts that match the parameters, in the order of their days, in one query.

    Raise Http404 if the cursor is invalid.
    """
    chosen = ForecastFilter(query.speaker, query.state or "")
    rows = chosen.apply(EditionForecast.objects.live(at))
    if query.due_before:
        rows = rows.filter(due_on__lt=query.due_before)
    after = DayCursor.parse(query.cursor) if query.cursor else None
    group = paginate_by_day(rows, after, today=timezone.localdate(at), size=query.limit)
    return ListPage(group.entries, str(group.next_cursor) if group.next_cursor else "")


def get_entity[Entity: NamedEntity](families: Families[Entity], key: str, *, at: datetime) -> EntityWithCount[Entity]:
    """Return the topic or outlet that ``key``, a slug or a uid, identifies, in at most five queries.

    Raise MovedError if the entity now has another address, and Http404 unless it is public at ``at``.
    """
    family = _find_family(families, key, at=at)
    if family is None or not family.keys:
        raise Http404
    entity = family.thing
    if key not in (entity.slug, str(entity.uid)):
        raise MovedError(reverse(families.address_kind, args=[entity.slug]))
    return EntityWithCount(entity, family.count("story"))
