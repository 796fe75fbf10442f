"""Move a pending schedule to another time, together with the editions that are published with it."""

from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.desk.local_time import format_local
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Change, Edition, EditionKind, Work
from stories.publishing.editions.create import create_notice
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.publishing.pending_schedules import cancel_idle_notices, empty_spans, schedule_again, schedule_unchanged
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_works
from stories.publishing.timeline import Timeline, end_previous


class InterveningEditionError(RefusedError):
    """Raised when another edition of the work is scheduled between the old and the new time.

    An editor has to decide what becomes of the two editions.
    """

    def __init__(self, edition: Edition, between: Edition) -> None:
        self.edition = edition
        super().__init__(
            f"Edition {between.label} of “{between.title}” is scheduled in between. Cancel one of the two in the form."
        )


@invalidation()
def reschedule(edition: Edition, *, to: datetime, by: User) -> list[Edition]:
    """Move a pending page or notice to ``to``, and return the resulting pending editions, one for each work.

    Editions of its bundle, and of the questions that a story asks, move too if they are scheduled for the same time.
    Nothing changes if the edition is already scheduled for ``to``.

    Raise NotAllowedError if the user may not publish. Raise InvalidStateError if the edition is no longer pending, or
    if it is a notice that would not follow a page. Raise TimeError if ``to`` has passed or is taken. Raise
    InterveningEditionError if another edition of a work is scheduled between the two times. Raise NotReadyError if a
    moved edition would fail a check, and ScheduleConflictError if a later edition would. Raise the errors of
    ``clock.now_for_publishing``, ``pipeline.lock_works`` and ``schedule_again``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can change a schedule.")
    works = lock_works([edition.work_id, *(each.work_id for each in Edition.objects.published_together_with(edition))])
    now = clock.now_for_publishing()
    others = [each for each in Edition.objects.published_together_with(edition) if each.work_id in works]
    # Questions first, because the questions that a story asks must be live when it is.
    editions = sorted([edition, *others], key=lambda each: (each.work_kind == "story", each.pk))
    return [_move(each, works[each.work_id], to=to, by=by, now=now) for each in editions]


def _move(edition: Edition, work: Work, *, to: datetime, by: User, now: datetime) -> Edition:
    timeline = Timeline.load(work, now=now)
    pending = next((each for each in timeline.pending if each.pk == edition.pk), None)
    if pending is None:
        raise InvalidStateError(f"Edition {edition.label} of “{edition.title}” is no longer scheduled.")
    if to == pending.live_from:
        return pending
    first, last = sorted((to, pending.live_from))
    if between := [each for each in timeline.pending if first < each.live_from < last]:
        raise InterveningEditionError(pending, between[0])
    later = timeline.list_pending_pages_after(pending.live_from)
    timeline.find_place(to)  # raises TimeError before anything is written
    empty_spans([pending, *later])
    reason = f"It was to {'go live' if pending.revision else 'end'} on {format_local(pending.live_from)}"
    moved = _schedule_at(pending, work, to=to, by=by, now=now, reason=reason)
    schedule_unchanged(work, later, by=by, now=now, reason=f"Edition {pending.label} before it was moved")
    cancel_idle_notices(work, by=by, now=now)
    return moved


def _schedule_at(edition: Edition, work: Work, *, to: datetime, by: User, now: datetime, reason: str) -> Edition:
    """Schedule a cancelled page or notice again at ``to``, and return the new edition.

    Raise InvalidStateError if a notice would not follow a page, and the errors of ``schedule_again`` for a page.
    """
    if edition.revision is not None:
        return schedule_again(work, edition, edition.revision, by=by, now=now, verb="moved", reason=reason, at=to)
    place = Timeline.load(work, now=now).find_place(to)
    page = place.previous
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("The page will not be live then, so it can’t end.")
    end_previous([place])
    notice = create_notice(work, page, place, edition.notice, by=by, change=Change(edition.change), is_scheduled=True)
    after = {"edition": notice.number, "label": notice.label, "live_from": to.isoformat()}
    Event.objects.write(work.kind, work.uid, "moved", by=by, after=after, reason=reason)
    return notice
