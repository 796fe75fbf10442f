"""Cancel pending schedules, or replace their revision with the newest one."""

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
    """Cancel a pending schedule. Its row remains, with an empty span.

    Later pending pages are scheduled again. A notice that would no longer follow a page is cancelled too. Raise
    NotAllowedError if the user may not publish. Raise InvalidStateError if the edition is no longer pending. Raise
    ScheduleConflictError if a later page would fail its checks. Raise the errors of ``clock.now_for_publishing``,
    ``pipeline.lock_work``, ``timeline.empty_span`` and ``schedule_unchanged``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can cancel a schedule.")
    locked = lock_work(edition.work_id)
    now = clock.now_for_publishing()
    timeline = Timeline.load(locked, now=now)
    pending = _get_pending(edition, timeline)
    later = timeline.list_pending_pages_after(pending.live_from)
    empty_spans([pending, *later])
    write_cancellation(pending, by=by, reason=reason)
    schedule_unchanged(locked, later, by=by, now=now, reason=f"Edition {pending.label} before it was cancelled")
    cancel_idle_notices(locked, by=by, now=now)


@invalidation()
def replace_revision(
    edition: Edition,
    *,
    by: User,
    resolutions: Resolutions | None = None,
    overrides: Mapping[str, str] | None = None,
    seen_revision_number: int | None = None,
) -> Edition:
    """Schedule the current draft in place of a pending schedule, for the same time and with the same change note.

    Return the new edition. Later pending schedules need ``resolutions``, as in ``publish_many``, because they would
    otherwise revert the change. Raise InvalidStateError if the edition is no longer pending, and the errors of
    ``publish_many``.
    """
    require_permission(by, PUBLISH_PERMISSION, "Only editors can change a schedule.")
    locked = lock_work(edition.work_id)
    now = clock.now_for_publishing()
    pending = _get_pending(edition, Timeline.load(locked, now=now))
    empty_spans([pending])
    write_cancellation(pending, by=by, reason="The newest revision is published instead")
    request = PublishRequest(
        locked, get_change_note(pending), overrides=overrides or {}, seen_revision_number=seen_revision_number
    )
    (scheduled,) = publish_locked(
        [request],
        by=by,
        at=pending.live_from,
        now=now,
        resolutions=resolutions or {},
        bundle=pending.bundle,
        instead_of=pending,
    )
    return scheduled


def cancel_all_schedules(work: Work, *, by: User | None, now: datetime, reason: str) -> None:
    """Cancel all pending schedules of the locked work, including notices; ``by`` is None if no user is responsible."""
    pending = Timeline.load(work, now=now).pending
    empty_spans(pending)
    for edition in pending:
        write_cancellation(edition, by=by, reason=reason)


def _get_pending(edition: Edition, timeline: Timeline) -> Edition:
    """Return the edition from the timeline; raise InvalidStateError if it is no longer pending."""
    pending = next((each for each in timeline.pending if each.pk == edition.pk), None)
    if pending is None:
        raise InvalidStateError(f"Edition {edition.label} is no longer scheduled. It went live or was cancelled.")
    return pending
