"""Examine the workers, the queue and failed tasks."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.tasks import TaskResultStatus
from django.utils import timezone
from django.utils.module_loading import import_string

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.operations.doctor.registry import Diagnosis, Severity, fault, warning

MAX_STOP = timedelta(minutes=2)  # in which a worker may finish its task when it is stopped (deploy/systemd)


def examine_workers() -> Iterator[Diagnosis]:
    """Yield a fault if no worker is alive."""
    if WorkerLife.objects.is_any_alive():
        return
    newest = WorkerLife.objects.newest()
    since = f" since {timezone.localtime(newest.seen_at):%H:%M on %-d %B}" if newest else ""
    yield fault(
        f"No worker has run{since}. Mail, announcements and pictures are not being processed.",
        "Start newsroom-worker@1.",
    )


def examine_queue() -> Iterator[Diagnosis]:
    """Yield a diagnosis if tasks have been waiting for too long, or have failed and are not retried."""
    if count := Job.objects.overdue().count():
        yield warning(f"{count} {'task waits' if count == 1 else 'tasks wait'} for too long.", "Start another worker.")
    if count := Failure.objects.final().count():
        failed = "1 task has" if count == 1 else f"{count} tasks have"
        yield warning(f"{failed} failed and will not be tried again.", "Decide at the desk, under Failed tasks.")


def examine_tasks_before_upgrade() -> Iterator[Diagnosis]:
    """Yield a diagnosis for tasks that wait, that run for long, and that this release cannot run."""
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
