"""Gauges of the queue of tasks and of the workers."""

from collections.abc import Mapping

from django.db.models import Case, DateTimeField, F, Min, When
from django.tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.operations import metrics
from newsroom.task_queue import list_outbound_paths

_MAIL_PREFIX = "mail_"  # of the functions of tasks that send mail


def register() -> None:
    """Register the gauges."""
    metrics.register("newsroom_tasks_ready", lambda: Job.objects.ready().count(), help="Tasks that could run now.")
    metrics.register(
        "newsroom_tasks_oldest_seconds",
        read_oldest_waits,
        help="Seconds for which the oldest task that could run has been waiting.",
        labels=("queue",),
    )
    metrics.register(
        "newsroom_tasks_failed",
        lambda: Failure.objects.final().count(),
        help="Failed tasks that are not tried again by themselves.",
    )
    metrics.register(
        "newsroom_workers_alive", lambda: WorkerLife.objects.alive().count(), help="Workers that gave a sign of life."
    )
    metrics.register("newsroom_mails_waiting", count_waiting_mails, help="Mails that are in the queue.")


def read_oldest_waits() -> Mapping[str, float]:
    """Return the seconds for which the oldest ready task of each queue has been waiting. A queue may have none."""
    # Without a time for which it was enqueued, a task could run at once.
    since = Case(
        When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"), output_field=DateTimeField()
    )
    now = clock.now()
    oldest = Job.objects.ready().order_by().values("queue_name").annotate(since=Min(since))
    return {row["queue_name"]: max((now - row["since"]).total_seconds(), 0.0) for row in oldest}


def count_waiting_mails() -> int:
    """Return the number of mails in the queue, including those that are held or tried again later."""
    paths = [path for path in list_outbound_paths() if path.rpartition(".")[2].startswith(_MAIL_PREFIX)]
    return Job.objects.filter(status=TaskResultStatus.READY, task_path__in=paths).count()
