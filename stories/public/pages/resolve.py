"""Finds what stands at an address: a page, a notice, or the way to where the page is now."""

from datetime import datetime
from functools import partial

from django.http import Http404
from django.urls import reverse

from newsroom.db.statements import PreparedQuery
from newsroom.http.clock import new_year_after
from newsroom.page_cache.dependencies import SITE, PageDependencies, page_key, version_called, version_of
from newsroom.page_cache.responses import Link, MovedError, WithdrawnError
from stories.editions.models import Change, Edition, EditionKind, EditionQuerySet


def _standing(kind: str, *, at: datetime) -> EditionQuerySet:
    """Return what stands at ``at``, with the versions that guard it and when something follows.

    All of it is read in the same statement: nothing lies between a version and the row of which it tells.
    """
    editions = Edition.objects.standing(at).filter(work_kind=kind).select_related("lead_image").with_dates_of_looks()
    versions = {"key_version": version_of(kind, Edition._meta.db_table), "site_version": version_called(SITE)}
    return editions.with_what_follows(at).annotate(**versions)


def _at_address(slug: str, at: datetime, *, kind: str) -> EditionQuerySet:
    return _standing(kind, at=at).filter(slug=slug)[:1]


_AT_ADDRESS = {kind: PreparedQuery(partial(_at_address, kind=kind)) for kind in ("story", "question")}


def standing_at(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    """Return the page of that kind and slug that can be read at ``at``.

    Raises WithdrawnError where a notice stands in its place, MovedError where the work has another address now, and
    Http404 for everything else: a draft is not told from an address that never existed. One query, two where nothing
    stands at the address or its page has expired, and two more for what a notice leads to. ``dependencies`` learns on which
    works and until when it depends.
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


def standing_under(
    kind: str,
    slug: str,
    *,
    at: datetime,
    under: str,
    dependencies: PageDependencies | None = None,
    or_notice: bool = False,
) -> Edition:
    """Return the page that stands at the address, asked for the sake of what lies ``under`` it.

    ``under`` is what follows the address without its last slash: ``/history/``, ``.json``. Raises as ``standing_at``
    does, but returns a notice with ``or_notice``; where the page moved, the MovedError leads to the same place under
    its new address.
    """
    try:
        return (_page_or_notice if or_notice else standing_at)(kind, slug, at=at, dependencies=dependencies)
    except MovedError as moved:
        raise MovedError(f"{moved.url.removesuffix('/')}{under}") from moved


def _page_or_notice(kind: str, slug: str, *, at: datetime, dependencies: PageDependencies | None = None) -> Edition:
    found = _AT_ADDRESS[kind](slug=slug, at=at)
    edition = found[0] if found else None
    if edition is not None and edition.change == Change.EXPIRY:
        # It has the address that the page had when its end was planned; that may have changed before readers saw it.
        begun = Edition.objects.spanning().filter(work_kind=kind, slug=slug, live_from__lte=at)
        if not begun.exclude(change=Change.EXPIRY).exists():
            raise Http404
    if edition is None:
        # An address that was taken for a later time leads nowhere until then.
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
    """Return the page that ``notice`` leads readers to, as long as it can be read."""
    if notice.instead is None:
        return None
    for kind in ("story", "question"):
        if edition := _standing(kind, at=at).filter(uid=notice.instead).first():
            if dependencies:
                _heed(edition, dependencies)
            return Link(edition.title, edition.get_absolute_url()) if edition.kind == EditionKind.PAGE else None
    return None


def _heed(edition: Edition, dependencies: PageDependencies) -> None:
    """Tell the guard on which work the page hangs, and until when it stands."""
    told = vars(edition)
    dependencies.record({page_key(edition.work_kind, edition.uid): told["key_version"], SITE: told["site_version"]})
    dependencies.expires_at(told["follows_at"])
    if edition.kind == EditionKind.NOTICE:
        dependencies.expires_at(new_year_after(dependencies.at))  # from then on its day is said with its year


def next_change(*, at: datetime) -> datetime | None:
    """Return when the next edition begins after ``at``, a page or a notice; None where none waits. One query.

    Nothing else begins or ends by itself: where a page ends at a time, a notice waits for it.
    """
    waiting = Edition.objects.spanning().filter(live_from__gt=at).order_by("live_from")
    return waiting.values_list("live_from", flat=True).first()
