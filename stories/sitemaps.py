"""What sitemaps list of stories, questions, topics and outlets, in parts that never hold too much."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404

from newsroom.db import keyset
from newsroom.db.keyset import PartOf
from newsroom.db.loose_scan import first_of_each
from newsroom.entities.mentions import live_naming
from stories.editions.models import Edition, EditionQuerySet
from stories.models.outlet import Outlet
from topics.models import Topic

# What the makers of news search ask: stories of two days, and no more than a thousand of them.
NEWS_LASTS = timedelta(days=2)
MOST_NEWS = 1_000

_WORKS = {"stories": "story", "questions": "question"}
_THINGS: dict[str, type[Topic] | type[Outlet]] = {"topics": Topic, "sources": Outlet}
KINDS = (*_WORKS, *_THINGS)
_COLUMNS = ("uid", "translation_group", "language", "slug", "work_kind")


@dataclass(frozen=True, slots=True)
class Part:
    """The n-th part of one kind of page; each holds the rows whose keys lie between two fixed numbers."""

    kind: str
    number: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """One page: its path, when it was last changed, and the languages in which it stands elsewhere too, with paths."""

    path: str
    changed_at: datetime
    versions: dict[str, str] = field(default_factory=dict)


def parts(*, at: datetime) -> list[Part]:
    """Return the parts that hold something at ``at``, in their order. Three queries."""
    found = [Part(kind, number, changed) for kind in _WORKS for number, changed in _work_parts(kind, at)]
    return found + [Part(kind, number, changed) for kind in _THINGS for number, changed in _thing_parts(kind, at)]


def listed(kind: str, number: int, *, at: datetime) -> list[Listed]:
    """Return what a part holds at ``at``, in the order of the keys. Three queries at most; raises Http404 where it is nothing."""
    found = list(_works(kind, number, at) if kind in _WORKS else _things(kind, number, at))
    if not found:
        raise Http404
    return found


def news(*, at: datetime) -> list[Edition]:
    """Return the stories first published in the last two days, newest first; an update brings none back. One query."""
    stories = Edition.objects.live(at).stories().filter(first_published_at__gt=at - NEWS_LASTS)
    columns = ("slug", "work_kind", "language", "title", "first_published_at")
    return list(stories.only(*columns).order_by("-first_published_at", "-uid")[:MOST_NEWS])


def _work_parts(kind: str, at: datetime) -> Iterator[tuple[int, datetime]]:
    live = Edition.objects.live(at).filter(work_kind=_WORKS[kind])
    newest = first_of_each([live], PartOf, "work_id", then=["-updated_at"])
    for part, changed in newest.order_by("work_id").values_list(PartOf("work_id"), "updated_at"):
        yield part + 1, changed


def _works(kind: str, number: int, at: datetime) -> Iterator[Listed]:
    live = Edition.objects.live(at).filter(work_kind=_WORKS[kind])
    here = live.alias(part=PartOf("work_id")).filter(part=number - 1)
    versions = _versions(live, here)
    for edition in here.only(*_COLUMNS, "updated_at").order_by("work_id"):
        found = versions.get(edition.translation_group or edition.uid, {})
        yield Listed(edition.get_absolute_url(), edition.updated_at, found if len(found) > 1 else {})


def _versions(live: EditionQuerySet, here: EditionQuerySet) -> dict[UUID, dict[str, str]]:
    """Return the paths of translations and of their originals by language, for each group that has a page ``here``."""
    groups = here.exclude(translation_group=None).values("translation_group")
    related = Q(translation_group__in=here.values("uid")) | Q(translation_group__in=groups)
    translations = list(live.exclude(translation_group=None).filter(related).only(*_COLUMNS))
    originals = live.of_works({each.translation_group for each in translations if each.translation_group})
    found: dict[UUID, dict[str, str]] = {}
    for edition in sorted(
        [*translations, *originals.only(*_COLUMNS)], key=lambda edition: (edition.language, edition.pk)
    ):
        group = found.setdefault(edition.translation_group or edition.uid, {})
        group.setdefault(edition.language, edition.get_absolute_url())
    return found


def _thing_parts(kind: str, at: datetime) -> QuerySet[Any, tuple[int, datetime]]:
    grouped = _changed(kind, at).annotate(part=PartOf("present") + 1).values("part").order_by("part")
    found: QuerySet[Any, Any] = grouped.annotate(newest=Max("changed")).values_list("part", "newest")
    return found


def _things(kind: str, number: int, at: datetime) -> Iterator[Listed]:
    here = Q(**_between("pk", number)) | Q(**_between("merged_into", number))
    grouped = _changed(kind, at).filter(here).values("present").annotate(newest=Max("changed"))
    changed = dict(grouped.values_list("present", "newest"))
    for thing in _THINGS[kind].objects.filter(**_between("pk", number)).order_by("pk"):
        if when := changed.get(thing.pk):
            yield Listed(thing.get_absolute_url(), when)


def _changed(kind: str, at: datetime) -> QuerySet[Any]:
    """Return the topics or outlets that live pages name, each with the key of what is ``present`` today, and when that ``changed``.

    Each is asked for the newest row that names it, by its index: the rest is not read.
    """
    model = _THINGS[kind]
    naming = live_naming(model, OuterRef("pk"), at=at).order_by("-live_from", "live_until").values("live_from")
    things: QuerySet[Any] = model._default_manager.order_by()
    named: QuerySet[Any] = things.annotate(changed=Subquery(naming[:1]), present=Coalesce("merged_into", "pk"))
    return named.filter(changed__isnull=False)


def _between(column: str, number: int) -> dict[str, int]:
    return {f"{column}__gte": (number - 1) * keyset.SIZE, f"{column}__lt": number * keyset.SIZE}
