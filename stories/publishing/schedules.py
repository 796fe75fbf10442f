"""Cancel a pending schedule, or replace its revision with the newest one."""

from collections.abc import Mapping
from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Edition, Work
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import cancel_pending, drop_idle_notices, notify_of_schedules, replan
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_one
from stories.publishing.publish import Answers, send_locked
from stories.publishing.request import PublishRequest, change_note_of
from stories.publishing.timeline import Timeline


@invalidation()
def cancel(edition: Edition, *, by: User, reason: str = "") -> None:
    """Cancel a pending schedule; its row remains, with an empty span.

    Later pending pages are scheduled again. A notice that would no longer end a page is cancelled too. Raise
    NotAllowedError if the user may not publish. Raise InvalidStateError if the edition went live or was cancelled
    meanwhile. Raise ScheduleConflictError if checks refuse a later page.
    """
    require(by, PUBLISH_PERMISSION, "Only editors cancel a schedule.")
    locked = lock_one(edition.work_id)
    now = clock.now_for_verb()
    timeline = Timeline.of(locked, now=now)
    waiting = _waiting(edition, timeline)
    later = timeline.pages_after(waiting.live_from)
    cancel_pending([waiting, *later])
    notify_of_schedules(waiting, by=by, reason=reason)
    replan(locked, later, by=by, now=now, reason=f"Edition {waiting.label} before it was cancelled")
    drop_idle_notices(locked, by=by, now=now)


@invalidation()
def replace_revision(
    edition: Edition,
    *,
    by: User,
    answers: Answers | None = None,
    overrides: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Edition:
    """Schedule the current draft in place of a pending schedule, at the same time and with the same change note.

    ``answers`` is as for ``publish_many``: a later pending schedule would take the change back. Raise InvalidStateError
    if the edition went live or was cancelled meanwhile, and the errors of ``publish_many``.
    """
    require(by, PUBLISH_PERMISSION, "Only editors change a schedule.")
    locked = lock_one(edition.work_id)
    now = clock.now_for_verb()
    waiting = _waiting(edition, Timeline.of(locked, now=now))
    cancel_pending([waiting])
    notify_of_schedules(waiting, by=by, reason="The newest revision goes out instead")
    change = change_note_of(waiting)
    going = PublishRequest(locked, change, overrides=overrides or {}, seen=seen)
    at, bundle, said = waiting.live_from, waiting.bundle, answers or {}
    (made,) = send_locked([going], by=by, at=at, now=now, answers=said, bundle=bundle, instead_of=waiting)
    return made


def cancel_all(work: Work, *, by: User, now: datetime, reason: str) -> None:
    """Cancel all pending schedules of the locked work, including notices."""
    waiting = Timeline.of(work, now=now).waiting
    cancel_pending(waiting)
    for edition in waiting:
        notify_of_schedules(edition, by=by, reason=reason)


def _waiting(edition: Edition, timeline: Timeline) -> Edition:
    found = next((each for each in timeline.waiting if each.pk == edition.pk), None)
    if found is None:
        raise InvalidStateError(f"Edition {edition.label} does not wait any more: it went live, or was cancelled.")
    return found
