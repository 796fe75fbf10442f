"""Gauges of the task queue and the workers."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case, Count, DateTimeField, F, Min, When
from django.tasks import TaskResultStatus
from django_tasks_db.models import get_date_max

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.db.statements import PreparedCount, PreparedQuery
from newsroom.http import clock
from newsroom.operations import gauge_history, metrics
from newsroom.operations.gauge_history import Series
from newsroom.task_queue import list_outbound_paths

# The time from which a task could run. Unless a time was given, a task could run as soon as it was enqueued.
SINCE = Case(
    When(run_after=get_date_max(), then=F("enqueued_at")), default=F("run_after"), output_field=DateTimeField()
)
_QUEUES = PreparedQuery(
    lambda at: (
        Job.objects.not_held()
        .due(at)
        .order_by()
        .values("queue_name")
        .annotate(count=Count("pk"), since=Min(SINCE))
        .values_list("queue_name", "count", "since")
    )
)
_WAITING = PreparedQuery(
    lambda paths: (
        Job.objects.filter(status=TaskResultStatus.READY, task_path__in=paths)
        .order_by()
        .values("task_path")
        .annotate(count=Count("pk"))
        .values_list("task_path", "count")
    )
)
_FAILED = PreparedCount(Failure.objects.final)
_ALIVE = PreparedCount(WorkerLife.objects.alive)
_MAIL_PREFIX = "mail_"  # prefix of the names of functions that send mail


def register() -> None:
    """Register the gauges."""
    metrics.register(
        "newsroom_tasks_ready",
        lambda: sum(count for _, count, _ in _read_queues()),
        help="Tasks that could run now.",
    )
    metrics.register(
        "newsroom_tasks_oldest_seconds",
        read_oldest_waits,
        help="Seconds for which the oldest task that could run has been waiting.",
        labels=("queue",),
    )
    metrics.register(
        "newsroom_tasks_failed",
        _FAILED,
        help="Failed tasks that are not retried automatically.",
    )
    metrics.register("newsroom_workers_alive", _ALIVE, help="Workers that are running.")
    metrics.register(
        "newsroom_deliveries_waiting",
        count_waiting_deliveries,
        help="Messages to a service outside the site that are in the queue, other than e-mails.",
        labels=("endpoint",),
    )
    gauge_history.register(
        Series("newsroom_workers_alive", "Workers", worst="min"),
        Series("newsroom_tasks_ready", "Tasks ready to run"),
        Series("newsroom_tasks_oldest_seconds", "Longest time in the queue", "s"),
        Series("newsroom_tasks_failed", "Failed tasks"),
        Series("newsroom_mails_waiting", "E-mails in the queue"),
    )
    metrics.register("newsroom_mails_waiting", count_waiting_mails, help="E-mails that are in the queue.")


def read_oldest_waits() -> Mapping[str, float]:
    """Return the seconds for which the oldest ready task of each queue has been waiting, keyed by queue."""
    now = clock.now()
    return {queue: max((now - since).total_seconds(), 0.0) for queue, _, since in _read_queues()}


@metrics.read_once
def _read_queues() -> list[tuple[str, int, datetime]]:
    """Return each queue with ready tasks, their number, and the time from which the oldest one could run."""
    return _QUEUES(at=clock.now())


def count_waiting_mails() -> int:
    """Return the number of e-mails in the queue, including those that are held or are to be retried later."""
    counts = _count_waiting()
    return sum(counts.get(path, 0) for path in list_mail_paths())


def count_waiting_deliveries() -> Mapping[str, int]:
    """Return the number of tasks in the queue for each outbound function that sends no mail, keyed by its name."""
    paths, counts = set(list_outbound_paths()) - set(list_mail_paths()), _count_waiting()
    return {path.rpartition(".")[2]: counts.get(path, 0) for path in sorted(paths)}


@metrics.read_once
def _count_waiting() -> dict[str, int]:
    """Return the number of outbound tasks in the queue, keyed by the path of their function."""
    return dict(_WAITING(paths=list_outbound_paths()))


def list_mail_paths() -> list[str]:
    """Return the paths of the tasks that send mail."""
    return [path for path in list_outbound_paths() if path.rpartition(".")[2].startswith(_MAIL_PREFIX)]
