"""Examine the workers, the queue and failed tasks."""

from collections.abc import Iterator

from django.utils import timezone

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.operations.doctor.registry import Diagnosis, fault, warning


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
