"""Examine the task queue before an upgrade."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.module_loading import import_string

from newsroom.background.models import Job
from newsroom.http import clock
from newsroom.operations.doctor.registry import Diagnosis, Severity, warning

MAX_STOP = timedelta(minutes=2)  # time that a stopped worker has to finish its task (deploy/systemd)


def examine_tasks_before_upgrade() -> Iterator[Diagnosis]:
    """Yield diagnoses about tasks that wait, have been running for too long, or cannot be run by this release."""
    unfinished = Job.objects.filter(status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING])
    for path, count in unfinished.values_list("task_path").annotate(count=Count("pk")).order_by("task_path"):
        try:
            import_string(path)
        except ImportError:
            yield warning(
                f"{_count_tasks(count)} unfinished that this release does not have: {path}.",
                "Let the workers finish before the upgrade.",
            )
    for job in Job.objects.running().filter(started_at__lt=clock.now() - MAX_STOP).order_by("started_at"):
        began = timezone.localtime(job.started_at)
        yield warning(
            f"“{job.label}” has been running since {began:%H:%M}.",
            "Wait until it ends: a worker that is stopped has two minutes for its task, which is then run again.",
        )
    if count := Job.objects.ready().count():
        yield Diagnosis(Severity.OK, f"{_count_tasks(count)} waiting; the workers of this release will run them.")


def _count_tasks(count: int) -> str:
    return "1 task is" if count == 1 else f"{count} tasks are"
