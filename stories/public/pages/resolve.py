"""Resolve an address to its live page, to a notice, or to the address to which the page has moved."""

from datetime import datetime
from functools import partial

from django.http import Http404

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_year
from newsroom.page_cache.dependencies import (
    SITE,
    SUBJECTS,
    PageDependencies,
    page_key,
    version_of_key,
    version_of_object,
)
from newsroom.page_cache.responses import MovedError
from stories.editions.models import Change, Edition, EditionKind, EditionQuerySet
from stories.public.pages.notices import refuse_withdrawn


def _find_in_force(kind: str, *, at: datetime) -> EditionQuerySet:
    """Return the editions in force at ``at``.

    Each has the versions of its page keys, the start of the next edition, and the uids of the related stories. One
    statement reads all of this, so that no write can occur between reading a version and reading the row that it
    covers.
    """
    editions = Edition.objects.in_force(at).filter(work_kind=kind).select_related("lead_image").with_review_dates()
    versions = {
        "key_version": version_of_object(kind, Edition._meta.db_table),
        "site_version": version_of_key(SITE),
        "subjects_version": version_of_key(SUBJECTS),
    }
    return editions.with_ordinals().with_successor_and_related(at).annotate(**versions)


def _find_by_address(slug: str, at: datetime, *, kind: str) -> EditionQuerySet:
    return _find_in_force(kind, at=at).filter(slug=slug)[:1]


_BY_ADDRESS = {kind: PreparedQuery(partial(_find_by_address, kind=kind)) for kind in ("story", "question")}


def get_live_page(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    """Return the page of this kind and slug that is live at ``at``.

    Raise WithdrawnError if a notice is in force, MovedError if the work now has another address or its notice redirects
    readers, and Http404 if readers could never open a page at this address. The address of a draft cannot be
    distinguished from one that never existed.

    This takes one query, or two if nothing is in force at the address or its page has expired. A notice takes one more,
    or up to three if it refers to another page. ``dependencies`` records the works and the time on which the result
    depends.
    """
    return get_page_under(kind, slug, at=at, under="/", dependencies=dependencies)


def get_page_under(
    kind: str,
    slug: str,
    *,
    at: datetime,
    under: str,
    dependencies: PageDependencies | None = None,
    or_notice: bool = False,
) -> Edition:
    """Return the page in force at an address, for a request to a longer address that begins with it.

    ``under`` is the rest of the longer address, such as ``/history/`` or ``.json``. It replaces the slash at the end of
    the page's address. Raise the same exceptions as ``get_live_page``, but return a notice if ``or_notice`` is true.
    The URL of a MovedError also ends in ``under``.
    """
    try:
        edition = _get_page_or_notice(kind, slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url.removesuffix('/')}{under}") from moved
    if edition.kind == EditionKind.NOTICE and not or_notice:
        replacement = _find_replacement(edition, at=at, dependencies=dependencies)
        raise refuse_withdrawn(edition, replacement, under=under, at=at, dependencies=dependencies)
    return edition


def _get_page_or_notice(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    editions = _BY_ADDRESS[kind](slug=slug, at=at)
    edition = editions[0] if editions else None
    if edition is not None and edition.change == Change.EXPIRY:
        # The notice of an expiry has the address that the page had when the expiry was set. The page may have moved
        # before readers could see it at that address.
        started = Edition.objects.without_cancelled().filter(work_kind=kind, slug=slug, live_from__lte=at)
        if not started.exclude(change=Change.EXPIRY).exists():
            raise Http404
    if edition is None:
        # If only a pending schedule has the address, the response is 404 until the schedule is due.
        past_editions = Edition.objects.once_public(at).filter(work_kind=kind, slug=slug)
        edition = _find_in_force(kind, at=at).filter(uid__in=past_editions.values("uid")).first()
        if edition is None:
            raise Http404
        if edition.kind == EditionKind.PAGE:
            raise MovedError(edition.get_absolute_url())
    if dependencies:
        _record_edition(edition, dependencies)
    return edition


def _find_replacement(notice: Edition, *, at: datetime, dependencies: PageDependencies | None) -> Edition | None:
    """Return the page that replaces the withdrawn one, or None if there is no such page or it is not live."""
    if notice.instead is None:
        return None
    for kind in ("story", "question"):
        if edition := _find_in_force(kind, at=at).filter(uid=notice.instead).first():
            if dependencies:
                _record_edition(edition, dependencies)
            return edition if edition.kind == EditionKind.PAGE else None
    return None


def _record_edition(edition: Edition, dependencies: PageDependencies) -> None:
    """Record in ``dependencies`` the work of the edition, and the time at which the next edition starts."""
    annotations = vars(edition)
    dependencies.record_versions(
        {
            page_key(edition.work_kind, edition.uid): annotations["key_version"],
            SITE: annotations["site_version"],
            SUBJECTS: annotations["subjects_version"],
        }
    )
    dependencies.limit_validity(annotations["next_live_from"])
    if edition.kind == EditionKind.NOTICE:
        # From the next year on, the date of the notice is printed with its year.
        dependencies.limit_validity(start_of_next_year(dependencies.at))


def next_edition_at(*, at: datetime) -> datetime | None:
    """Return the start of the next edition (page or notice) after ``at``, or None if there is none, in one query.

    Nothing else starts or ends without a write: when a page expires, a notice starts.
    """
    scheduled = Edition.objects.without_cancelled().filter(live_from__gt=at).order_by("live_from")
    return scheduled.values_list("live_from", flat=True).first()
