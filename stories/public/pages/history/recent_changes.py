"""Announced changes: the newest changes to stories, and the corrections to all works."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsroom.db.keyset import select_newest
from newsroom.db.statements import PreparedQuery
from stories.editions.models import Change, Edition, EditionQuerySet
from stories.public.pages.history.changes import EditionChange, edition_url
from stories.public.pages.lists.branches import language_arguments, split_by_language

MAX_CHANGES = 5
RECENTLY = timedelta(days=30)
# Recent corrections are listed in any case. A page with more of them has had other problems.
MAX_CORRECTIONS = 5
# The kinds of changes that are listed. A withdrawal is not one of them, because its notice announces it.
_ANNOUNCED_KINDS = (Change.UPDATE, Change.CORRECTION, Change.CLARIFICATION, Change.RETURN)


@dataclass(frozen=True, slots=True)
class AnnouncedChange(EditionChange):
    """An announced change.

    ``edition`` is the edition that made the change. ``page`` is the live edition of the work. ``url`` is the address of
    ``edition``.
    """

    edition: Edition
    page: Edition
    url: str


def recent_changes(languages: Collection[str] | None, *, at: datetime) -> list[AnnouncedChange]:
    """Return the newest changes to live stories in ``languages``, newest first, in at most three queries.

    If ``languages`` is None, stories in all languages are included. At most ``MAX_CHANGES`` changes are returned, of each
    story only the newest change and the newest correction; and besides, the ``MAX_CORRECTIONS`` newest corrections that
    are younger than ``RECENTLY``.
    """
    arguments = language_arguments(languages)
    changes = {edition.pk: edition for edition in _LATEST(at=at, **arguments)}
    changes |= {edition.pk: edition for edition in _CORRECTIONS(at=at, since=at - RECENTLY, **arguments)}
    newest = sorted(changes.values(), key=lambda edition: (edition.live_from, edition.uid), reverse=True)
    return with_live_pages(newest, at=at)


def latest_changes(works: Collection[UUID], *, at: datetime) -> dict[UUID, Edition]:
    """Return the edition that made the newest announced change to each work, keyed by uid, in one query."""
    return {edition.uid: edition for edition in _LATEST_OF_WORKS(works=works, at=at)} if works else {}


def _find_latest_of_works(works: Collection[UUID], at: datetime) -> QuerySet[Edition]:
    announced = Edition.objects.once_public(at).filter(
        ~Q(note="") | Q(change=Change.CORRECTION), change__in=_ANNOUNCED_KINDS
    )
    newer = announced.filter(uid=OuterRef("uid"), live_from__gt=OuterRef("live_from"))
    return announced.filter(~Exists(newer), uid__in=works).order_by().defer("fragments")


def _find_corrections(at: datetime, since: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    corrections = Edition.objects.once_public(at).stories().filter(_is_readable(at), change=Change.CORRECTION)
    return select_newest(
        Edition.objects.with_ordinals().defer("fragments"),
        limit=MAX_CORRECTIONS,
        field="live_from",
        branches=split_by_language(corrections.filter(live_from__gt=since), languages),
    )


def _find_latest(at: datetime, languages: Collection[str] | None = None) -> QuerySet[Edition]:
    with_note = Edition.objects.once_public(at).stories().filter(~Q(note="") | Q(change=Change.CORRECTION))
    newer = with_note.filter(uid=OuterRef("uid"), live_from__gt=OuterRef("live_from"))
    readable = with_note.filter(_is_readable(at))
    branches = []
    for change in _ANNOUNCED_KINDS:
        hiding_kinds = [Change.CORRECTION] if change == Change.CORRECTION else _ANNOUNCED_KINDS
        branches += split_by_language(
            readable.filter(~Exists(newer.filter(change__in=hiding_kinds)), change=change), languages
        )
    return select_newest(
        Edition.objects.with_ordinals().defer("fragments"), limit=MAX_CHANGES, field="live_from", branches=branches
    )


def corrections_until(at: datetime) -> EditionQuerySet:
    """Return the corrections published by ``at`` to works that are live at ``at``."""
    corrections = Edition.objects.once_public(at).corrections().filter(_is_readable(at))
    return corrections.with_ordinals().defer("fragments")


def with_live_pages(editions: Iterable[Edition], *, at: datetime) -> list[AnnouncedChange]:
    """Return these editions as announced changes, each with the live page of its work.

    The editions must come from ``with_ordinals``, and their works must have pages that are live at ``at``.
    """
    edition_list = list(editions)
    pages = (
        {page.uid: page for page in _PAGES(uids={edition.uid for edition in edition_list}, at=at)}
        if edition_list
        else {}
    )
    return [
        AnnouncedChange(
            edition,
            pages[edition.uid],
            edition_url(edition.work_kind, pages[edition.uid].slug, edition.ordinal),
        )
        for edition in edition_list
    ]


def _is_readable(at: datetime) -> Q:
    """Return the condition that the work of an edition has a live page at ``at``."""
    return Q(Exists(Edition.objects.live(at).filter(uid=OuterRef("uid"))))


_LATEST, _CORRECTIONS = PreparedQuery(_find_latest), PreparedQuery(_find_corrections)
_LATEST_OF_WORKS = PreparedQuery(_find_latest_of_works)
_PAGES = PreparedQuery(lambda uids, at: Edition.objects.live(at).filter(uid__in=uids).defer("fragments"))
