"""What sitemaps list of stories, questions, topics and outlets, in parts that never hold too much."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, Max, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import Http404

from stories.models.edition import Edition, EditionOutlet, EditionQuerySet, EditionTopic
from stories.models.outlet import Outlet
from topics.models import Topic

# A fifth of what a sitemap may hold (sitemaps.org/protocol.html, “Sitemap index files”).
SIZE = 10_000
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
    return list(stories.only(*columns).order_by("-first_published_at", "-pk")[:MOST_NEWS])


def _work_parts(kind: str, at: datetime) -> QuerySet[Edition, tuple[int, datetime]]:
    live = Edition.objects.live(at).filter(work_kind=_WORKS[kind]).order_by()
    grouped = live.annotate(part=F("work_id") / SIZE + 1).values("part").annotate(changed=Max("updated_at"))
    return grouped.order_by("part").values_list("part", "changed")


def _works(kind: str, number: int, at: datetime) -> Iterator[Listed]:
    live = Edition.objects.live(at).filter(work_kind=_WORKS[kind])
    here = live.filter(**_between("work_id", number))
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
    grouped = _namings(kind, at).annotate(part=F("present") / SIZE + 1).values("part").order_by("part")
    found: QuerySet[Any, Any] = grouped.annotate(changed=Max("live_from")).values_list("part", "changed")
    return found


def _things(kind: str, number: int, at: datetime) -> Iterator[Listed]:
    namings = _namings(kind, at).filter(**_between("present", number)).values("present")
    changed = dict(namings.annotate(changed=Max("live_from")).values_list("present", "changed"))
    for thing in _THINGS[kind].objects.filter(**_between("pk", number)).order_by("pk"):
        if when := changed.get(thing.pk):
            yield Listed(thing.get_absolute_url(), when)


def _namings(kind: str, at: datetime) -> QuerySet[Any]:
    """Return the rows by which live pages name topics or outlets, each with the key of what is ``present`` today."""
    rows: QuerySet[Any] = (EditionTopic if kind == "topics" else EditionOutlet).objects.order_by()
    named = "topic" if kind == "topics" else "outlet"
    rows = rows.annotate(present=Coalesce(f"{named}__merged_into", named))
    return rows.filter(live_from__lte=at, live_until__gt=at)


def _between(column: str, number: int) -> dict[str, int]:
    return {f"{column}__gte": (number - 1) * SIZE, f"{column}__lt": number * SIZE}
