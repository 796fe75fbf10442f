"""The publication status of works, and the desk's lists by status. One query computes the statuses of a list."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any

from django.db import models
from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from newsroom.accounts.models import User
from stories.models import FAQ, Edition, EditionKind, Revision, Story, StoryQuestion, Work, WorkKind

# This filter value is not a status, because a work with any status may have a pending schedule.
SCHEDULED = "waiting"
# A number with this many digits fits into the 64 bits of a primary key.
_MAX_KEY_DIGITS = 18


class PublicationStatus(models.TextChoices):
    """The status of a work for readers, and whether its draft has unpublished changes."""

    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    CHANGED = "changed", "Live with unpublished changes"
    WITHDRAWN = "withdrawn", "Withdrawn"
    TRASHED = "binned", "In the bin"

    @property
    def is_live(self) -> bool:
        """Whether readers see an edition of the work."""
        return self in {PublicationStatus.LIVE, PublicationStatus.CHANGED}

    @property
    def is_unpublished(self) -> bool:
        """Whether the draft has text that readers have not seen: it was never published, or it has changes."""
        return self in {PublicationStatus.DRAFT, PublicationStatus.CHANGED}


def annotate_publication_status(works: QuerySet[Any], *, at: datetime) -> QuerySet[Any]:
    """Annotate each work with its newest revision (``saved_*``) and the edition in force at ``at`` (``public_*``).

    ``goes_live`` is the start of the work's next pending schedule, or None.
    """
    newest = Revision.objects.of_desk().filter(work=OuterRef("pk")).order_by("-number")
    in_force: QuerySet[Any] = Edition.objects.in_force(at).with_ordinals().filter(work=OuterRef("pk"))
    annotated: QuerySet[Any] = works.annotate(
        saved_number=Subquery(newest.values("number")[:1]),
        saved_at=Subquery(newest.values("created_at")[:1]),
        saved_document=Subquery(newest.values("document")[:1]),
        public_label=Subquery(in_force.values("ordinal")[:1]),
        goes_live=Subquery(Edition.objects.pending(at).filter(work=OuterRef("pk")).values("live_from")[:1]),
        public_kind=Subquery(in_force.values("kind")[:1]),
        public_document=Subquery(in_force.values("document")[:1]),
        public_slug=Subquery(in_force.values("slug")[:1]),
    )
    return annotated


def find_at_address(kind: str, slug: str, *, at: datetime) -> Any | None:
    """Return the work of this kind that has or once had this slug, with its publication status, or None."""
    return annotate_publication_status(Work.objects.with_slug(slug).filter(kind=kind), at=at).first()


def get_publication_status(work: Any) -> PublicationStatus:
    """Return the status of a work that was annotated by ``annotate_publication_status``."""
    if work.binned_at:
        return PublicationStatus.TRASHED
    if work.public_kind is None:
        return PublicationStatus.DRAFT
    if work.public_kind == EditionKind.NOTICE:
        return PublicationStatus.WITHDRAWN
    return PublicationStatus.LIVE if work.public_document == work.saved_document else PublicationStatus.CHANGED


def filter_by_status(works: QuerySet[Any], status: str) -> QuerySet[Any]:
    """Return the annotated works with this status; for ``SCHEDULED``, the works with a pending schedule.

    For any other value, return all works outside the trash. The index of possible statuses is read first, then the
    editions of the works found there.
    """
    outside_trash, has_page = Q(binned_at=None), Q(public_kind=EditionKind.PAGE)
    possible = works.filter(outside_trash, possible_standings__standing=status)
    match status:
        case PublicationStatus.DRAFT:
            return possible.filter(public_kind=None)
        case PublicationStatus.LIVE:
            return possible.filter(has_page, public_document=F("saved_document"))
        case PublicationStatus.CHANGED:
            return possible.filter(has_page).exclude(public_document=F("saved_document"))
        case PublicationStatus.WITHDRAWN:
            return possible.filter(public_kind=EditionKind.NOTICE)
        case PublicationStatus.TRASHED:
            return works.filter(binned_at__isnull=False)
        case _ if status == SCHEDULED:
            return possible.filter(goes_live__isnull=False)
        case _:
            return works.filter(outside_trash)


def count_statuses(works: QuerySet[Any], *, at: datetime) -> Counter[str]:
    """Count the works of each status at ``at``.

    Works outside the trash with a pending schedule also count under ``SCHEDULED``.

    This reads all of ``works``, so it is meant for a few works.
    """
    columns = ("binned_at", "public_kind", "public_document", "saved_document", "goes_live")
    counts: Counter[str] = Counter()
    for work in annotate_publication_status(works.order_by(), at=at).values_list(*columns, named=True):
        counts[get_publication_status(work)] += 1
        counts[SCHEDULED] += bool(work.goes_live and not work.binned_at)
    return counts


def list_owned(*, by: User, at: datetime, kinds: Collection[str], limit: int) -> list[Any]:
    """Return the user's works of these kinds that are drafts or have unpublished changes, most recently saved first."""
    works_by_key: dict[int, Any] = {}
    for status in filter(attrgetter("is_unpublished"), PublicationStatus):
        works = _list_by_last_save(status, at=at, kinds=kinds).filter(owner=by)
        works_by_key |= {work.pk: work for work in works[:limit]}
    return _sort_by_last_save(works_by_key.values(), limit)


def list_unpublished(*, at: datetime, limit: int) -> list[Any]:
    """Return saved works that are drafts or have unpublished changes, most recently saved first."""
    works_by_key: dict[int, Any] = {}
    for status in filter(attrgetter("is_unpublished"), PublicationStatus):
        works = _list_by_last_save(status, at=at, kinds=WorkKind.values).exclude(saved_number=None)
        works_by_key |= {work.pk: work for work in works[:limit]}
    return _sort_by_last_save(works_by_key.values(), limit)


def list_bundle_candidates(keys: list[str], *, at: datetime, limit: int) -> list[Any]:
    """Return the works with these primary keys, in this order, then the other results of ``list_unpublished``."""
    numbers = [int(key) for key in keys if key.isdecimal() and len(key) <= _MAX_KEY_DIGITS]
    rows = annotate_publication_status(_select_titles().filter(pk__in=numbers), at=at) if numbers else ()
    by_key = {work.pk: work for work in rows}
    chosen = {key: by_key[key] for key in numbers if key in by_key}
    others = [work for work in list_unpublished(at=at, limit=limit) if work.pk not in chosen]
    return [*chosen.values(), *others]


def find_scheduled(works: Iterable[Work], *, at: datetime) -> set[int]:
    """Return the primary keys of the given works that have a pending schedule."""
    keys = [work.pk for work in works]
    return set(Edition.objects.pending(at).filter(work__in=keys).order_by().values_list("work", flat=True))


def list_pending_schedules(*, at: datetime, limit: int, kinds: Collection[str]) -> list[Edition]:
    """Return the pending schedules (pages and notices) of works of these kinds, in chronological order."""
    pending = Edition.objects.pending(at).of_kinds(kinds).select_related("work", "revision", "bundle")
    return list(pending.defer("fragments", "revision__document")[:limit])


def list_recently_published(*, at: datetime, limit: int) -> list[Edition]:
    """Return the live pages, most recently published first."""
    return list(
        Edition.objects.live(at)
        .for_cards()
        .with_ordinals()
        .select_related("published_by", "work")
        .order_by("-live_from", "-pk")[:limit]
    )


def get_specific(work: Work) -> Work:
    """Return the story or the question to which the row ``work`` belongs, or ``work`` itself if there is neither."""
    if isinstance(work, Story | FAQ):
        return work
    specific: Work = getattr(work, "story", None) or getattr(work, "faq", None) or work
    return specific


def get_title(work: Work) -> str:
    """Return the headline of a story or the wording of a question, or a substitute if it is empty."""
    return str(get_specific(work))


def _list_by_last_save(status: PublicationStatus, *, at: datetime, kinds: Collection[str]) -> QuerySet[Any]:
    """Return the works with this status, most recently saved first."""
    works = filter_by_status(annotate_publication_status(_select_titles().filter(kind__in=kinds), at=at), status)
    return works.order_by("-possible_standings__saved_at", "-pk")


def _sort_by_last_save(works: Iterable[Any], limit: int) -> list[Any]:
    return sorted(works, key=lambda work: (work.saved_at or work.created_at, work.pk), reverse=True)[:limit]


def _select_titles() -> QuerySet[Work]:
    """Return all works with the rows that contain their titles and owners."""
    return Work.objects.select_related("story", "faq", "owner")


def find_stories_asking(questions: list[int], *, exclude: int | None = None) -> dict[int, list[Story]]:
    """Return the stories outside the trash that ask each question, keyed by the primary key of the question.

    ``exclude`` is the primary key of a story to leave out.
    """
    rows = StoryQuestion.objects.filter(faq__in=questions, story__binned_at=None).select_related("story")
    stories: dict[int, list[Story]] = {}
    for row in rows.order_by("story__headline", "pk"):
        if row.story_id != exclude:
            stories.setdefault(row.faq_id, []).append(row.story)
    return stories
