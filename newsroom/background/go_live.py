"""End the quiet state of a restored site, which then sends mail, pings and purges again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException

from django.conf import settings
from django.db import transaction
from django.tasks import TaskResultStatus

from newsroom.audit import track_changes
from newsroom.audit.models import Event
from newsroom.background.models import Failure, Job
from newsroom.errors import RefusedError
from newsroom.http import clock
from newsroom.notifications.models import MailStatus, Notice
from newsroom.operations.models import ROW, SiteState, SiteStatus
from newsroom.page_cache.cdn_headers import ALL_TAG
from newsroom.page_cache.purge import REPEAT_DELAY, purge
from newsroom.pings import purge_cdn
from newsroom.task_queue import enqueue


@dataclass(frozen=True, slots=True)
class Waiting:
    """What was already waiting to be sent before the restore: tasks, and the number of notifications with unsent mail."""

    tasks: Sequence[Job]
    notices: int


def find_waiting() -> Waiting:
    """Return what was already waiting to be sent before the restore.

    Raise RefusedError if the site is not quiet, or if the setting ``QUIET`` is on.
    """
    restored_at = _require_quiet(SiteState.objects.first())
    notices = Notice.objects.unsent_before_restore(restored_at)
    return Waiting(list(Job.objects.older_than_restore(restored_at)), notices.count())


def go_live(*, send_waiting: bool) -> Waiting:
    """Purge the whole edge, if there is one, now and in a minute, and end the quiet state.

    Return what was waiting before the restore. Unless ``send_waiting`` is set, what was waiting is given up, because
    the site from which the backup was made may have sent it. Raise RefusedError, without any change, if the site is not
    quiet, if the setting ``QUIET`` is on, or if the edge does not accept the purge.
    """
    _require_quiet(SiteState.objects.first())
    _purge_edge()
    with transaction.atomic():
        # The lock lets only one of several simultaneous calls end the quiet state.
        restored_at = _require_quiet(SiteState.objects.select_for_update().first())
        now = clock.now()
        tasks = list(Job.objects.older_than_restore(restored_at).select_for_update())
        notices = Notice.objects.unsent_before_restore(restored_at)
        waiting = Waiting(tasks, notices.count())
        if not send_waiting:
            keys = [task.pk for task in tasks]
            Failure.objects.filter(task__in=keys).delete()
            Job.objects.filter(pk__in=keys).update(status=TaskResultStatus.FAILED, finished_at=now)
            notices.update(mail=MailStatus.NONE)
        # Otherwise, tasks that waited because the site was quiet would count as late.
        Job.objects.outbound().due().update(run_after=now)
        if settings.PURGE_URL:
            enqueue(purge.using(run_after=now + REPEAT_DELAY), [ALL_TAG], is_last=True)
        SiteState.objects.update(status=SiteStatus.LIVE)
        given_up = None if send_waiting else len(tasks) or None
        uid = track_changes.uid_of(SiteState(pk=ROW))
        Event.objects.write("site", uid, "gone live", by=None, after={"given_up": given_up})
    return waiting


def _require_quiet(state: SiteState | None) -> datetime:
    """Return the time at which the restore of a quiet site ended.

    Raise RefusedError if the site is not quiet, or if the setting ``QUIET`` is on.
    """
    if settings.QUIET:
        raise RefusedError("QUIET is set in the environment. Remove it there, restart the site, and run this again.")
    if state and state.status == SiteStatus.RESTORING:
        raise RefusedError("The database is being restored. Run this again when that has ended.")
    if state is None or state.status == SiteStatus.LIVE or state.restored_at is None:
        raise RefusedError("This site is live: it already sends e-mails and notifications.")
    return state.restored_at


def _purge_edge() -> None:
    if not settings.PURGE_URL:
        return
    try:
        purge_cdn(settings.PURGE_URL, [ALL_TAG], header=settings.PURGE_HEADER)
    except (OSError, HTTPException) as error:
        raise RefusedError(f"The edge was not purged: {error}. This site is still quiet.") from error
