"""What stands in the lists of the API: what readers can read at a moment, chosen by what was asked for."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import Http404
from django.urls import reverse

from newsroom.names.models import Named, NamedQuerySet
from newsroom.pages.answering import MovedError
from newsroom.pages.paging import Slice, cut
from stories.api.addresses import present
from stories.api.asking import ListAsked, WrittenAsked, after, name_after
from stories.models.edition import Edition, EditionOutlet, EditionQuerySet, EditionTopic
from stories.models.outlet import Outlet
from stories.reading.cards import topics_of
from topics.models import Topic


@dataclass(frozen=True, slots=True)
class Listed:
    """A story or question in a list, with the topics it names, as they are called today."""

    edition: Edition
    topics: list[Topic]


@dataclass(frozen=True, slots=True)
class Some[Item]:
    """Some items of a list; ``then`` is the cursor of the next, empty on the last page."""

    items: list[Item]
    then: str


def written(editions: EditionQuerySet, asked: WrittenAsked, *, at: datetime) -> Some[Listed]:
    """Return those of ``editions`` that were asked for at ``at``, newest first. Two queries, three more at most for each filter by name.

    Raises Http404 where the cursor names no place.
    """
    if asked.language:
        tag = asked.language
        editions = editions.filter(Q(language__iexact=tag) | Q(language__istartswith=f"{tag}-"))
    if asked.since:
        editions = editions.filter(updated_at__gte=asked.since)
    if asked.until:
        editions = editions.filter(updated_at__lt=asked.until)
    if asked.topic:
        topic = present(Topic.objects.all(), asked.topic, at=at)
        naming = EditionTopic.objects.filter(Q(topic=topic) | Q(topic__merged_into=topic))
        editions = editions.filter(pk__in=naming.values("edition")) if topic else editions.none()
    if asked.outlet:
        outlet = present(Outlet.objects.all(), asked.outlet, at=at)
        citing = EditionOutlet.objects.filter(Q(outlet=outlet) | Q(outlet__merged_into=outlet))
        editions = editions.filter(pk__in=citing.values("edition")) if outlet else editions.none()
    found: Slice[Edition] = cut(editions, before=asked.cursor, size=asked.limit)
    topics = topics_of(found.rows)
    items = [Listed(edition, topics.get(edition.pk, [])) for edition in found.rows]
    return Some(items, str(found.earlier) if found.earlier else "")


def named[Thing: Named](
    things: NamedQuerySet[Thing], asked: ListAsked, *, kind: str | None, at: datetime
) -> Some[Thing]:
    """Return those of ``things`` that are public at ``at``, of one kind or of any, by name. One query.

    Raises Http404 where the cursor names no place.
    """
    public = things.public(at).filter(Q(folded_name__gt=name_after(asked.cursor)))
    if kind:
        public = public.filter(Q(kind=kind))
    found = list(public.order_by("folded_name")[: asked.limit + 1])
    items = found[: asked.limit]
    return Some(items, after(items[-1].folded_name) if len(found) > asked.limit else "")


def one[Thing: Named](things: NamedQuerySet[Thing], key: str, *, at: datetime) -> Thing:
    """Return the topic or outlet that ``key``, its slug or uid, names. Four queries at most.

    Raises MovedError for the key of what has another address now, Http404 unless it is public at ``at``.
    """
    found = present(things, key, at=at)
    if found is None or not things.public(at).filter(pk=found.pk).exists():
        raise Http404
    if key not in (found.slug, str(found.uid)):
        raise MovedError(reverse(things.model.address_kind, args=[found.slug]))
    return found
