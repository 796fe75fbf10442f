"""The publication status of works, and the desk's lists by status; one query for a whole list."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat

from newsroom.accounts.models import User
from stories.models import FAQ, Edition, EditionKind, Revision, Story, StoryQuestion, Work, WorkKind

# A filter of lists besides the statuses: a work of any status may have a pending schedule.
SCHEDULED = "waiting"
# A number with fewer digits fits into the 64 bits of a primary key.
LONGEST_KEY = 19


class PublicationStatus(models.TextChoices):
    """What a work is to its readers, and whether its draft has unpublished changes."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    CHANGED = "changed", "Live, with changes that are not public"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TRASHED = "binned", "In the bin"


def annotate_publication_status(works: QuerySet[Any], *, at: datetime) -> QuerySet[Any]:
    """Annotate each work with its newest revision (``saved_*``) and the edition in force at ``at`` (``public_*``)."""
    newest = Revision.objects.of_desk().filter(work=OuterRef("pk")).order_by("-number")
    standing = Edition.objects.in_force(at).filter(work=OuterRef("pk"))
    annotated: QuerySet[Any] = works.annotate(
        saved_number=Subquery(newest.values("number")[:1]),
        saved_at=Subquery(newest.values("created_at")[:1]),
        saved_document=Subquery(newest.values("document")[:1]),
        public_label=Subquery(
            standing.values(label=Concat("major", Value("."), "minor", output_field=CharField()))[:1]
        ),
        goes_live=Subquery(Edition.objects.pending(at).filter(work=OuterRef("pk")).values("live_from")[:1]),
        public_kind=Subquery(standing.values("kind")[:1]),
        public_document=Subquery(standing.values("document")[:1]),
        public_slug=Subquery(standing.values("slug")[:1]),
    )
    return annotated


def find_at_address(kind: str, slug: str, *, at: datetime) -> Any | None:
    """Return the work of this kind whose page is, was or will be at the address, annotated, or None."""
    return annotate_publication_status(Work.objects.with_slug(slug).filter(kind=kind), at=at).first()


def get_publication_status(work: Any) -> PublicationStatus:
    """Return the status of a work that ``with_publication_status`` annotated."""
    if work.binned_at:
        return PublicationStatus.TRASHED
    if work.public_kind is None:
        return PublicationStatus.DRAFT
    if work.public_kind == EditionKind.NOTICE:
        return PublicationStatus.WITHDRAWN
    return PublicationStatus.LIVE if work.public_document == work.saved_document else PublicationStatus.CHANGED


def filter_by_status(works: QuerySet[Any], standing: str) -> QuerySet[Any]:
    """Keep the annotated works with this status, or with a pending schedule for WAITING.

    Any other value keeps all works that are not in the trash. The index of possible statuses is read first, then the
    editions of what it finds.
    """
    on_the_desk, page = Q(binned_at=None), Q(public_kind=EditionKind.PAGE)
    possible = works.filter(on_the_desk, possible_standings__standing=standing)
    match standing:
        case PublicationStatus.DRAFT:
            return possible.filter(public_kind=None)
        case PublicationStatus.LIVE:
            return possible.filter(page, public_document=F("saved_document"))
        case PublicationStatus.CHANGED:
            return possible.filter(page).exclude(public_document=F("saved_document"))
        case PublicationStatus.WITHDRAWN:
            return possible.filter(public_kind=EditionKind.NOTICE)
        case PublicationStatus.TRASHED:
            return works.filter(binned_at__isnull=False)
        case _ if standing == SCHEDULED:
            return possible.filter(goes_live__isnull=False)
        case _:
            return works.filter(on_the_desk)


def count_statuses(works: QuerySet[Any], *, at: datetime) -> Counter[str]:
    """Count the statuses of ``works``, which are few, at ``at``, and those with a pending schedule under WAITING."""
    asked = ("binned_at", "public_kind", "public_document", "saved_document", "goes_live")
    found: Counter[str] = Counter()
    for work in annotate_publication_status(works.order_by(), at=at).values_list(*asked, named=True):
        found[get_publication_status(work)] += 1
        found[SCHEDULED] += bool(work.goes_live and not work.binned_at)
    return found


def list_drafts(*, at: datetime, limit: int, kinds: Collection[str]) -> list[Any]:
    """Return the most recently saved drafts of these kinds."""
    return list(_saved_last(PublicationStatus.DRAFT, at=at, kinds=kinds)[:limit])


def list_owned(*, by: User, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return the user's works of these kinds that are drafts or have unpublished changes, most recently saved first."""
    found: dict[int, Any] = {}
    for standing in (PublicationStatus.DRAFT, PublicationStatus.CHANGED):
        works = _saved_last(standing, at=at, kinds=kinds).filter(owner=by)
        found |= {work.pk: work for work in works[:limit]}
    return _newest(found.values(), limit)


def list_unpublished(*, at: datetime, limit: int) -> list[Any]:
    """Return saved works that are drafts or have unpublished changes, most recently saved first."""
    found: dict[int, Any] = {}
    for standing in (PublicationStatus.DRAFT, PublicationStatus.CHANGED):
        works = _saved_last(standing, at=at, kinds=WorkKind.values).exclude(saved_number=None)
        found |= {work.pk: work for work in works[:limit]}
    return _newest(found.values(), limit)


def list_bundle_candidates(keys: list[str], *, at: datetime, limit: int) -> list[Any]:
    """Return the works with these primary keys in their order, followed by those of ``unseen``."""
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) < LONGEST_KEY]
    named = (
        {work.pk: work for work in annotate_publication_status(_named().filter(pk__in=numbers), at=at)}
        if numbers
        else {}
    )
    chosen = {key: named[key] for key in numbers if key in named}
    return list(
        (chosen | {work.pk: work for work in list_unpublished(at=at, limit=limit) if work.pk not in chosen}).values()
    )


def find_scheduled(works: Iterable[Work], *, at: datetime) -> set[int]:
    """Return the primary keys of those works that have a pending schedule."""
    keys = [work.pk for work in works]
    return set(Edition.objects.pending(at).filter(work__in=keys).order_by().values_list("work", flat=True))


def list_pending_schedules(*, at: datetime, limit: int, kinds: Collection[str]) -> list[Edition]:
    """Return the pending schedules of works of these kinds, pages and notices, next one first."""
    waiting = Edition.objects.pending(at).of_kinds(kinds).select_related("work", "revision", "bundle")
    return list(waiting.defer("fragments", "revision__document")[:limit])


def list_changed(*, at: datetime, limit: int, kinds: Collection[str]) -> list[Any]:
    """Return live works of these kinds with unpublished changes, most recently saved first."""
    return list(_saved_last(PublicationStatus.CHANGED, at=at, kinds=kinds)[:limit])


def list_recently_published(*, at: datetime, limit: int) -> list[Edition]:
    """Return the most recently published pages that are still live."""
    return list(
        Edition.objects.live(at).for_cards().select_related("published_by").order_by("-live_from", "-pk")[:limit]
    )


def get_specific(work: Work) -> Work:
    """Return the story or the question that ``work`` is the shared row of."""
    if isinstance(work, Story | FAQ):
        return work
    found: Work = getattr(work, "story", None) or getattr(work, "faq", None) or work
    return found


def get_title(work: Work) -> str:
    """Return the headline of a story, or the wording of a question."""
    return str(get_specific(work))


def _saved_last(standing: PublicationStatus, *, at: datetime, kinds: Collection[str]) -> QuerySet[Any]:
    works = filter_by_status(annotate_publication_status(_named().filter(kind__in=kinds), at=at), standing)
    return works.order_by("-possible_standings__saved_at", "-pk")


def _newest(works: Iterable[Any], limit: int) -> list[Any]:
    return sorted(works, key=lambda work: (work.saved_at or work.created_at, work.pk), reverse=True)[:limit]


def _named() -> QuerySet[Work]:
    return Work.objects.select_related("story", "faq", "owner")


def find_stories_asking(questions: list[int], *, exclude: int | None = None) -> dict[int, list[Story]]:
    """Return the stories that ask each question, by the question's primary key; ``but`` leaves one story out."""
    rows = StoryQuestion.objects.filter(faq__in=questions, story__binned_at=None).select_related("story")
    found: dict[int, list[Story]] = {}
    for row in rows.order_by("story__headline", "pk"):
        if row.story_id != exclude:
            found.setdefault(row.faq_id, []).append(row.story)
    return found
