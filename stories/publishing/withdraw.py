"""Withdraw a page immediately or at a later time, and put a notice in its place."""

from datetime import datetime
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Change, Edition, EditionKind, Work
from stories.publishing import notifications
from stories.publishing.editions.create import create_notice
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import empty_spans, schedule_unchanged
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_work
from stories.publishing.schedules import cancel_all_schedules
from stories.publishing.timeline import Timeline, end_previous


@invalidation()
def withdraw(
    work: Work,
    *,
    by: User,
    notice: str,
    instead: UUID | None = None,
    redirects: bool = False,
    hides_title: bool = False,
) -> Edition:
    """Withdraw the page immediately; its address answers 410 with ``notice``, which must say why.

    Return the notice. All pending schedules are cancelled, and the owner is notified. While the work with the uid
    ``instead`` is live, the notice links to it or, if it ``redirects``, the address answers 301 with its address. A
    notice that hides the title does not contain the headline. Raise NotAllowedError if the user may not publish. Raise
    InvalidStateError if no page is live, if ``notice`` is empty, if ``instead`` is not another live page, or if it is
    missing for a redirect. Raise the errors of ``clock.now_for_publishing``, ``pipeline.lock_work`` and
    ``timeline.empty_span``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can withdraw a page.")
    _require_notice(notice)
    if redirects and instead is None:
        raise InvalidStateError("Suggest the page to which readers are redirected.")
    locked = lock_work(work.pk)
    now = clock.now_for_publishing()
    page = Timeline.load(locked, now=now).in_force
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("This page is not live, so it can’t be withdrawn.")
    if instead == work.uid or (instead and not Edition.objects.live(now).filter(uid=instead).exists()):
        raise InvalidStateError("Suggest a page that is live, or leave this empty.")
    cancel_all_schedules(locked, by=by, now=now, reason="The page was withdrawn")
    place = Timeline.load(locked, now=now).find_place()
    end_previous([place])
    edition = create_notice(
        locked,
        page,
        place,
        notice,
        by=by,
        change=Change.WITHDRAWAL,
        instead=instead,
        redirects=redirects,
        hides_title=hides_title,
    )
    after: dict[str, object] = {"edition": edition.number}
    if redirects:
        after["redirects"] = str(instead)
    Event.objects.write(locked.kind, locked.uid, "withdrawn", by=by, after=after, reason=edition.notice)
    notifications.notify_withdrawn(locked, by=by, at=now)
    return edition


@invalidation()
def schedule_expiry(work: Work, *, by: User, at: datetime, notice: str) -> Edition:
    """Schedule and return a notice that replaces the page at ``at``.

    Later pending pages are scheduled again, and the owner is notified. Raise NotAllowedError if the user may not
    publish. Raise TimeError if ``at`` has passed or is taken. Raise InvalidStateError if no page would be live at
    ``at``, or if ``notice`` is empty. Raise ScheduleConflictError if a later page would fail its checks. Raise the
    errors of ``clock.now_for_publishing``, ``pipeline.lock_work``, ``timeline.empty_span`` and ``schedule_unchanged``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can set an end date.")
    _require_notice(notice)
    locked = lock_work(work.pk)
    now = clock.now_for_publishing()
    timeline = Timeline.load(locked, now=now)
    page = timeline.find_place(at).previous
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("The page will not be live then, so it can’t end.")
    later = timeline.list_pending_pages_after(at)
    empty_spans(later)
    place = Timeline.load(locked, now=now).find_place(at)
    end_previous([place])
    edition = create_notice(locked, page, place, notice, by=by, change=Change.EXPIRY, is_scheduled=True)
    after = {"edition": edition.number, "live_from": at.isoformat()}
    Event.objects.write(locked.kind, locked.uid, "expiry scheduled", by=by, after=after, reason=edition.notice)
    notifications.notify_withdrawn(locked, by=by, at=now, is_scheduled=True)
    schedule_unchanged(locked, later, by=by, now=now, reason="The page ends before it")
    return edition


def _require_notice(notice: str) -> None:
    if not notice.strip():
        raise InvalidStateError("Say in the notice why the page is withdrawn. Readers see it at the page’s address.")
