"""Delete expired data, such as finished tasks, readers' e-mail addresses, incomplete files and stale stored pages."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.tasks import TaskResultStatus

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.media.storage import delete_unfinished
from newsroom.page_cache.eviction import sweep_stale_pages
from newsroom.site.reader_reports.models import Report

RETENTION = timedelta(days=14)
UNFINISHED_RETENTION = timedelta(days=1)  # for files that a killed process left incomplete


def delete_expired() -> int:
    """Delete expired data, and return the number of deleted tasks.

    * Tasks that succeeded or were given up are deleted after 14 days. Failures without a decision remain.
    * Workers without a heartbeat for 14 days are deleted, and incomplete files after one day.
    * Readers' e-mail addresses are deleted at the time that the report form promises.
    * Stale stored pages are deleted. Each call examines a few thousand pages.
    """
    now = clock.now()
    Report.objects.delete_expired_emails(at=now)
    delete_unfinished(default_storage, before=now - UNFINISHED_RETENTION)
    sweep_stale_pages(at=now)
    before = now - RETENTION
    finished = Job.objects.filter(
        status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED], finished_at__lt=before, failure=None
    )
    count, _ = finished.delete()
    WorkerLife.objects.filter(seen_at__lt=before).delete()
    return count


def delete_error_messages() -> None:
    """Delete the messages and tracebacks of errors, and keep the names of the error classes."""
    # A message may quote text that has to be erased.
    Job.objects.exclude(traceback="").update(traceback="")
    for failure in Failure.objects.filter(error__contains=":"):
        failure.error = failure.error.partition(":")[0]
        failure.save(update_fields=["error"])
