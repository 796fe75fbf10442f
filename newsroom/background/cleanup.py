"""Deletion of what has expired: finished tasks, readers' e-mail addresses, unfinished files, unused stored pages."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.tasks import TaskResultStatus

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.media.storage import delete_unfinished
from newsroom.page_cache.eviction import sweep_stale_pages
from newsroom.site.reader_reports.models import Report

RETENTION = timedelta(days=14)
UNFINISHED_RETENTION = timedelta(days=1)  # files that a killed process left incomplete


def delete_expired() -> int:
    """Delete what has expired, and return how many tasks were deleted.

    * Tasks that succeeded or were given up are deleted after 14 days. Failures without a decision stay.
    * Workers that were not seen for 14 days are deleted, and incomplete files after one day.
    * The e-mail addresses of readers are deleted when their report form says.
    * Some thousands of stored pages are looked at in each call.
    """
    now = clock.now()
    Report.objects.delete_expired_emails(at=now)
    delete_unfinished(default_storage, before=now - UNFINISHED_RETENTION)
    sweep_stale_pages(at=now)
    before = now - RETENTION
    over = Job.objects.filter(
        status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED], finished_at__lt=before, failure=None
    )
    count, _ = over.delete()
    WorkerLife.objects.filter(seen_at__lt=before).delete()
    return count


def delete_error_messages() -> None:
    """Delete the messages and tracebacks of errors, but not the errors' classes."""
    # A message may quote a text that has to be erased.
    Job.objects.exclude(traceback="").update(traceback="")
    for failure in Failure.objects.filter(error__contains=":"):
        failure.error = failure.error.partition(":")[0]
        failure.save(update_fields=["error"])
