"""How a page ends: withdrawn at once, or expiring at a time; a notice stands in its place."""

from datetime import datetime
from uuid import UUID

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Change, Edition, EditionKind, Work
from stories.publishing import notifications
from stories.publishing.editions.create import create_notice
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import cancel_pending, replan
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_one
from stories.publishing.schedules import cancel_all
from stories.publishing.timeline import Timeline, make_room


@invalidation()
def withdraw(work: Work, *, by: User, notice: str, instead: UUID | None = None) -> Edition:
    """Take the page from readers at once; its address answers 410 with ``notice``, which must say why.

    The notice leads readers to the work whose uid is ``instead`` as long as that can be read. Everything that waits for
    a later time is cancelled. Raises NotAllowedError without the right, NotHereError when readers see no page of this
    work, no notice is given, or ``instead`` is no other page that can be read.
    """
    require(by, PUBLISH_PERMISSION, "Only editors withdraw a page.")
    _require_words(notice)
    locked = lock_one(work.pk)
    now = clock.now_for_verb()
    page = Timeline.of(locked, now=now).standing
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("Readers do not see this page; there is nothing to withdraw.")
    if instead == work.uid or (instead and not Edition.objects.live(now).filter(uid=instead).exists()):
        raise InvalidStateError("Suggest another page that readers can open, or none.")
    cancel_all(locked, by=by, now=now, reason="The page was withdrawn")
    place = Timeline.of(locked, now=now).place()
    make_room([place])
    edition = create_notice(locked, page, place, notice, by=by, change=Change.WITHDRAWAL, instead=instead)
    Event.objects.write(
        locked.kind, locked.uid, "withdrawn", by=by, after={"edition": edition.number}, reason=edition.notice
    )
    notifications.ended(locked, by=by, at=now)
    return edition


@invalidation()
def expire(work: Work, *, by: User, at: datetime, notice: str) -> Edition:
    """Let the page that stands at ``at`` end there, and ``notice`` stand in its place.

    Editions that wait for a still later time stay. Raises NotAllowedError, TimeError, LaidAnewError where one of those
    could not, NotHereError when no page would be seen then or no notice is given.
    """
    require(by, PUBLISH_PERMISSION, "Only editors decide when a page ends.")
    _require_words(notice)
    locked = lock_one(work.pk)
    now = clock.now_for_verb()
    timeline = Timeline.of(locked, now=now)
    page = timeline.place(at).before
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("Readers will not see a page of this then; there is nothing that could end.")
    later = timeline.pages_after(at)
    cancel_pending(later)
    place = Timeline.of(locked, now=now).place(at)
    make_room([place])
    edition = create_notice(locked, page, place, notice, by=by, change=Change.EXPIRY, is_scheduled=True)
    after = {"edition": edition.number, "live_from": at.isoformat()}
    Event.objects.write(locked.kind, locked.uid, "expiry scheduled", by=by, after=after, reason=edition.notice)
    notifications.ended(locked, by=by, at=now, is_ahead=True)
    replan(locked, later, by=by, now=now, reason="The page ends before it")
    return edition


def _require_words(notice: str) -> None:
    if not notice.strip():
        raise InvalidStateError("Say in the notice why the page is withdrawn; readers will find it at the address.")
