"""Forgets what is over: background work, addresses that were to be kept for a while only, pages nobody asks for."""

from datetime import timedelta

from django.core.files.storage import default_storage
from django.tasks import TaskResultStatus

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.media.storage import delete_unfinished
from newsroom.page_cache.eviction import evict_unrequested
from newsroom.site.reader_reports.models import Report

KEPT = timedelta(days=14)
UNFINISHED_KEPT = timedelta(days=1)  # of files that were never written to their end


def tidy() -> int:
    """Delete what was done, or given up by somebody, two weeks ago, and workers not seen since; return how many tasks.

    Failures that nobody decided on stay. The e-mail addresses of readers go as their report form promises. Of stored
    pages some thousands are looked at.
    """
    now = clock.now()
    Report.objects.forget_addresses(at=now)
    delete_unfinished(default_storage, before=now - UNFINISHED_KEPT)
    evict_unrequested(at=now)
    before = now - KEPT
    over = Job.objects.filter(
        status__in=[TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED], finished_at__lt=before, failure=None
    )
    count, _ = over.delete()
    WorkerLife.objects.filter(seen_at__lt=before).delete()
    return count


def forget_errors() -> None:
    """Take out what errors said, keeping their kinds: a message may quote words that have to be erased."""
    Job.objects.exclude(traceback="").update(traceback="")
    for failure in Failure.objects.filter(error__contains=":"):
        failure.error = failure.error.partition(":")[0]
        failure.save(update_fields=["error"])
