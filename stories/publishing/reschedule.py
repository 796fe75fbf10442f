"""Move a pending schedule to another time, with its text unchanged and with the editions that are published with it."""

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
    """Raised when another edition of the work lies in between: an editor decides which text readers see then."""

    def __init__(self, edition: Edition, passed: Edition) -> None:
        self.edition = edition
        super().__init__(
            f"Edition {passed.label} of “{passed.title}” waits in between. Decide on the form what becomes of the two."
        )


@invalidation()
def reschedule(edition: Edition, *, to: datetime, by: User) -> list[Edition]:
    """Move a pending page or notice to ``to``, and return the editions that are pending now, one for each work.

    The rest of its bundle moves too, as do the questions of a story that are scheduled for the same moment. Nothing
    changes if ``to`` is its time already.

    Raise NotAllowedError if the user may not publish. Raise InvalidStateError if the edition went live, ended or was
    cancelled meanwhile. Raise TimeError if ``to`` has passed or is taken. Raise PassedError if another edition of a
    work lies in between. Raise NotReadyError if a check refuses it now. Raise ScheduleConflictError if checks refuse a
    later edition.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors change a schedule.")
    works = lock_works([edition.work_id, *(each.work_id for each in Edition.objects.published_together_with(edition))])
    now = clock.now_for_verb()
    along = [each for each in Edition.objects.published_together_with(edition) if each.work_id in works]
    # Questions first: a story may only ask questions that readers see at the same moment.
    together = sorted([edition, *along], key=lambda each: (each.work_kind == "story", each.pk))
    return [_moved(each, works[each.work_id], to=to, by=by, now=now) for each in together]


def _moved(edition: Edition, work: Work, *, to: datetime, by: User, now: datetime) -> Edition:
    timeline = Timeline.load(work, now=now)
    waiting = next((each for each in timeline.pending if each.pk == edition.pk), None)
    if waiting is None:
        raise InvalidStateError(f"Edition {edition.label} of “{edition.title}” does not wait any more.")
    if to == waiting.live_from:
        return waiting
    first, last = sorted((to, waiting.live_from))
    if passed := [each for each in timeline.pending if first < each.live_from < last]:
        raise InterveningEditionError(waiting, passed[0])
    later = timeline.list_pending_pages_after(waiting.live_from)
    timeline.place(to)
    empty_spans([waiting, *later])
    reason = f"It was to {'go live' if waiting.revision else 'end'} on {format_local(waiting.live_from)}"
    made = _schedule_at(waiting, work, to=to, by=by, now=now, reason=reason)
    schedule_unchanged(work, later, by=by, now=now, reason=f"Edition {waiting.label} before it was moved")
    cancel_idle_notices(work, by=by, now=now)
    return made


def _schedule_at(waiting: Edition, work: Work, *, to: datetime, by: User, now: datetime, reason: str) -> Edition:
    if waiting.revision is not None:
        return schedule_again(work, waiting, waiting.revision, by=by, now=now, verb="moved", reason=reason, at=to)
    place = Timeline.load(work, now=now).place(to)
    page = place.previous
    if page is None or page.kind != EditionKind.PAGE:
        raise InvalidStateError("Readers will not see a page of this then; there is nothing that could end.")
    end_previous([place])
    made = create_notice(work, page, place, waiting.notice, by=by, change=Change(waiting.change), is_scheduled=True)
    after = {"edition": made.number, "label": made.label, "live_from": to.isoformat()}
    Event.objects.write(work.kind, work.uid, "moved", by=by, after=after, reason=reason)
    return made
