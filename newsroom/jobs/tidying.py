"""Forgets what background work is over."""

from datetime import timedelta

from django.tasks import TaskResultStatus

from newsroom import clock
from newsroom.jobs.models import Failure, Job, WorkerLife

KEPT = timedelta(days=14)


def tidy() -> int:
    """Delete what was done, or given up by somebody, two weeks ago, and workers not seen since; return how many tasks.

    Failures that nobody decided on stay.
    """
    before = clock.now() - KEPT
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
