"""Resolve an address to its live page, to a notice, or to the address to which the page has moved."""

from datetime import datetime
from functools import partial

from django.http import Http404
from django.urls import reverse

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import start_of_next_year
from newsroom.page_cache.dependencies import SITE, PageDependencies, page_key, version_of_key, version_of_object
from newsroom.page_cache.responses import Link, MovedError, WithdrawnError
from stories.editions.models import Change, Edition, EditionKind, EditionQuerySet


def _standing(kind: str, *, at: datetime) -> EditionQuerySet:
    """Return what is in force at ``at``, with the versions of its page keys and the time of its next edition.

    All of it is read in one statement, so that no write falls between a version and the row that it covers.
    """
    editions = Edition.objects.in_force(at).filter(work_kind=kind).select_related("lead_image").with_review_dates()
    versions = {"key_version": version_of_object(kind, Edition._meta.db_table), "site_version": version_of_key(SITE)}
    return editions.with_successor_and_related(at).annotate(**versions)


def _at_address(slug: str, at: datetime, *, kind: str) -> EditionQuerySet:
    return _standing(kind, at=at).filter(slug=slug)[:1]


_AT_ADDRESS = {kind: PreparedQuery(partial(_at_address, kind=kind)) for kind in ("story", "question")}


def get_live_page(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    """Return the live page of that kind and slug at ``at``.

    Raise WithdrawnError if a notice is in force, MovedError if the work has another address now, and Http404 for
    anything else. A draft is not distinguished from an address that never existed.

    It takes one query, or two if nothing is in force at the address or its page has expired. A notice that leads to
    another page takes two more. ``dependencies`` records the works and the time on which the answer depends.
    """
    edition = _page_or_notice(kind, slug, at=at, dependencies=dependencies)
    if edition.kind == EditionKind.NOTICE:
        raise WithdrawnError(
            edition.notice,
            title=edition.title,
            when=edition.live_from,
            language=edition.language,
            direction=edition.direction,
            history=reverse(f"{kind}_history", args=[edition.slug]),
            instead=_instead_of(edition, at=at, dependencies=dependencies),
        )
    return edition


def get_page_under(
    kind: str,
    slug: str,
    *,
    at: datetime,
    under: str,
    dependencies: PageDependencies | None = None,
    or_notice: bool = False,
) -> Edition:
    """Return the page in force at the address, for a request of an address ``under`` it.

    ``under`` follows the address without its last slash, as ``/history/`` or ``.json`` does. Raise as ``standing_at``
    does, but return a notice with ``or_notice``. A MovedError leads to the same address under the new one.
    """
    try:
        return (_page_or_notice if or_notice else get_live_page)(kind, slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url.removesuffix('/')}{under}") from moved


def _page_or_notice(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    found = _AT_ADDRESS[kind](slug=slug, at=at)
    edition = found[0] if found else None
    if edition is not None and edition.change == Change.EXPIRY:
        # The notice of an expiry has the address of the time when the expiry was set. The page may have moved before
        # readers saw it there.
        begun = Edition.objects.without_cancelled().filter(work_kind=kind, slug=slug, live_from__lte=at)
        if not begun.exclude(change=Change.EXPIRY).exists():
            raise Http404
    if edition is None:
        # An address that only a pending schedule holds leads nowhere before its time.
        once = Edition.objects.once_public(at).filter(work_kind=kind, slug=slug)
        edition = _standing(kind, at=at).filter(uid__in=once.values("uid")).first()
        if edition is None:
            raise Http404
        if edition.kind == EditionKind.PAGE:
            raise MovedError(edition.get_absolute_url())
    if dependencies:
        _heed(edition, dependencies)
    return edition


def _instead_of(notice: Edition, *, at: datetime, dependencies: PageDependencies | None) -> Link | None:
    """Return the page to which ``notice`` leads readers, or None if it is not live."""
    if notice.instead is None:
        return None
    for kind in ("story", "question"):
        if edition := _standing(kind, at=at).filter(uid=notice.instead).first():
            if dependencies:
                _heed(edition, dependencies)
            return Link(edition.title, edition.get_absolute_url()) if edition.kind == EditionKind.PAGE else None
    return None


def _heed(edition: Edition, dependencies: PageDependencies) -> None:
    """Record on which work the page depends, and until when its edition is in force."""
    told = vars(edition)
    dependencies.record_versions(
        {page_key(edition.work_kind, edition.uid): told["key_version"], SITE: told["site_version"]}
    )
    dependencies.limit_validity(told["follows_at"])
    if edition.kind == EditionKind.NOTICE:
        dependencies.limit_validity(
            start_of_next_year(dependencies.at)
        )  # from then on its date is printed with the year


def next_edition_at(*, at: datetime) -> datetime | None:
    """Return when the next edition, a page or a notice, begins after ``at``; None if none is scheduled. One query.

    Nothing else begins or ends by time alone: a page that expires has a notice that begins then.
    """
    waiting = Edition.objects.without_cancelled().filter(live_from__gt=at).order_by("live_from")
    return waiting.values_list("live_from", flat=True).first()
