"""Cancel a pending schedule, or replace its revision with the newest one."""

from collections.abc import Mapping
from datetime import datetime

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.http import clock
from newsroom.page_cache.invalidation import invalidation
from stories.models import Edition, Work
from stories.publishing.errors import InvalidStateError
from stories.publishing.pending_schedules import (
    cancel_idle_notices,
    empty_spans,
    schedule_unchanged,
    write_cancellation,
)
from stories.publishing.pipeline import PUBLISH_PERMISSION, lock_work
from stories.publishing.publish import Resolutions, publish_locked
from stories.publishing.request import PublishRequest, get_change_note
from stories.publishing.timeline import Timeline


@invalidation()
def cancel_schedule(edition: Edition, *, by: User, reason: str = "") -> None:
    """Cancel a pending schedule; its row remains, with an empty span.

    Later pending pages are scheduled again. A notice that would no longer end a page is cancelled too. Raise
    NotAllowedError if the user may not publish. Raise InvalidStateError if the edition went live or was cancelled
    meanwhile. Raise ScheduleConflictError if checks refuse a later page.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors cancel a schedule.")
    locked = lock_work(edition.work_id)
    now = clock.now_for_verb()
    timeline = Timeline.load(locked, now=now)
    waiting = _waiting(edition, timeline)
    later = timeline.list_pending_pages_after(waiting.live_from)
    empty_spans([waiting, *later])
    write_cancellation(waiting, by=by, reason=reason)
    schedule_unchanged(locked, later, by=by, now=now, reason=f"Edition {waiting.label} before it was cancelled")
    cancel_idle_notices(locked, by=by, now=now)


@invalidation()
def replace_revision(
    edition: Edition,
    *,
    by: User,
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
    seen: int | None = None,
) -> Edition:
    """Schedule the current draft in place of a pending schedule, at the same time and with the same change note.

    ``resolutions`` is as for ``publish_many``: a later pending schedule would take the change back. Raise InvalidStateError
    if the edition went live or was cancelled meanwhile, and the errors of ``publish_many``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors change a schedule.")
    locked = lock_work(edition.work_id)
    now = clock.now_for_verb()
    waiting = _waiting(edition, Timeline.load(locked, now=now))
    empty_spans([waiting])
    write_cancellation(waiting, by=by, reason="The newest revision goes out instead")
    change = get_change_note(waiting)
    going = PublishRequest(locked, change, overrides=overrides or {}, seen_revision_number=seen)
    at, bundle, said = waiting.live_from, waiting.bundle, resolutions or {}
    (made,) = publish_locked([going], by=by, at=at, now=now, resolutions=said, bundle=bundle, instead_of=waiting)
    return made


def cancel_all_schedules(work: Work, *, by: User, now: datetime, reason: str) -> None:
    """Cancel all pending schedules of the locked work, including notices."""
    waiting = Timeline.load(work, now=now).pending
    empty_spans(waiting)
    for edition in waiting:
        write_cancellation(edition, by=by, reason=reason)


def _waiting(edition: Edition, timeline: Timeline) -> Edition:
    found = next((each for each in timeline.pending if each.pk == edition.pk), None)
    if found is None:
        raise InvalidStateError(f"Edition {edition.label} does not wait any more: it went live, or was cancelled.")
    return found
