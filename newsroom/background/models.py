"""The models for the queue: tasks with their retries, failed tasks, and workers with their heartbeats."""

import logging
from datetime import datetime, timedelta
from traceback import format_exception
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import retry

from newsroom.counters import Counter
from newsroom.http import clock
from newsroom.http.request_id import current_request_id
from newsroom.operations.models import SiteState
from newsroom.task_queue import list_outbound_paths

TASKS = Counter(
    "newsroom_tasks_total",
    "Tries of tasks: succeeded, failed and retried, or failed for the last time.",
    ("task", "result"),
)

logger = logging.getLogger(__name__)

# The delays between tries. After the last try, only an administrator can retry the task.
RETRY_DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
MAX_ERROR_LENGTH = 300


def retry_delay(tries: int) -> timedelta | None:
    """Return the delay after this many failed tries in a row, or None after the last try."""
    return RETRY_DELAYS[tries - 1] if tries <= len(RETRY_DELAYS) else None


class FailureQuerySet(models.QuerySet["Failure"]):
    """Queries for failed tasks."""

    def count_failure(self, job: "Job", *, error: str, at: datetime) -> "Failure":
        """Count another failure of ``job``, whose row the caller has locked, and return its Failure."""
        failure, _ = self.get_or_create(task_id=job.pk, defaults={"first_at": at, "last_at": at})
        failure.times += 1
        failure.tries += 1
        failure.last_at = at
        failure.error = error[:MAX_ERROR_LENGTH]
        failure.save()
        return failure

    def final(self) -> Self:
        """Return the tasks that are not retried automatically."""
        return self.filter(task__status=TaskResultStatus.FAILED)

    def retrying(self) -> Self:
        """Return the tasks that are retried automatically."""
        return self.exclude(task__status=TaskResultStatus.FAILED)

    def newest_first(self) -> Self:
        """Order by the last failure, latest first. Defer the large columns of the tasks."""
        return self.select_related("task").defer("task__traceback", "task__args_kwargs").order_by("-last_at", "-pk")


class Failure(models.Model):
    """A task that failed at least once. The row is deleted when the task succeeds or somebody stops retrying it.

    ``times`` counts all failures. ``tries`` counts the failures since the task was enqueued or last retried by an
    administrator.
    """

    task = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, related_name="failure")
    times = models.PositiveIntegerField("failures", default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    error = models.CharField(max_length=MAX_ERROR_LENGTH)

    objects = FailureQuerySet.as_manager()

    class Meta:
        verbose_name = "failed task"
        default_permissions = ("view",)
        permissions: ClassVar = [("decide_failure", "Can retry failed tasks or stop retrying them")]
        ordering: ClassVar = ["-last_at", "-pk"]

    def __str__(self) -> str:
        return self.task_name

    @property
    def task_name(self) -> str:
        """The name of the task's function, written as words."""
        return format_task_name(self.task.task_path)

    @property
    def is_final(self) -> bool:
        """Whether the task is not retried automatically."""
        return self.task.status == TaskResultStatus.FAILED


# A worker without a heartbeat for this long counts as dead, and another worker retries its task.
DEAD_AFTER = timedelta(seconds=60)


class WorkerLifeQuerySet(models.QuerySet["WorkerLife"]):
    """Queries for workers."""

    def alive(self) -> Self:
        """Return the workers that have not ended and wrote a heartbeat within ``DEAD_AFTER``."""
        return self.filter(ended_at=None, seen_at__gt=Now() - DEAD_AFTER)

    def is_any_alive(self) -> bool:
        return self.alive().exists()

    def beat(self, worker_id: str) -> bool:
        """Write a heartbeat of this worker. Return False if the previous one was older than ``DEAD_AFTER``."""
        # While the machine sleeps or the database is locked, no worker can write a heartbeat. The first worker that
        # continues must not regard the others as dead.
        worker = self.filter(worker_id=worker_id)
        was_silent = worker.exists() and not worker.alive().exists()
        self.update_or_create(worker_id=worker_id, defaults={"seen_at": Now(), "ended_at": None})
        return not was_silent

    def unseen_since(self, moment: datetime) -> Self:
        """Return the workers whose last heartbeat was before ``moment``."""
        return self.filter(seen_at__lt=moment)

    def end(self, worker_id: str) -> None:
        """Record that this worker has ended, so that others need not wait until ``DEAD_AFTER`` has passed."""
        self.filter(worker_id=worker_id).update(seen_at=Now(), ended_at=Now())

    def newest(self) -> "WorkerLife | None":
        """Return the worker with the latest heartbeat, or None."""
        return self.order_by("-seen_at", "-pk").first()


class WorkerLife(models.Model):
    """One run of a worker from start to end. ``seen_at`` is the time of its last heartbeat."""

    worker_id = models.CharField(max_length=64, unique=True)
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WorkerLifeQuerySet.as_manager()

    class Meta:
        verbose_name = "worker"
        default_permissions = ()
        ordering: ClassVar = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.worker_id


# The time for which a ready task may wait before it is overdue. The shorter time is for urgent tasks, such as mail,
# pings and purges.
MAX_WAIT, MAX_WAIT_IF_URGENT = timedelta(minutes=5), timedelta(seconds=60)
URGENT = 50  # the lowest priority of an urgent task


class WorkerEndedError(Exception):
    """The error of a task whose worker ended during the task, for example because it was killed."""


class StoppedError(BaseException):
    """Raised in a task if the worker is to end before the task does."""


class JobQuerySet(models.QuerySet["Job"]):
    """Queries for tasks in the queue."""

    def ready(self) -> Self:
        """Return the tasks that may run now, according to the clock that all machines share."""
        return self.not_held().due()

    def due(self, at: datetime | None = None) -> Self:
        """Return the tasks that are due at ``at``, by default now, including tasks that are held."""
        has_no_time, is_due = Q(run_after=get_date_max()), Q(run_after__lte=at or clock.now())
        return self.filter(has_no_time | is_due, status=TaskResultStatus.READY)

    def outbound(self) -> Self:
        """Return the tasks that send something to people or services outside the site."""
        return self.filter(task_path__in=list_outbound_paths())

    def older_than_restore(self, restored_at: datetime) -> Self:
        """Return the outbound tasks that could have run before the restore ended, and may still run."""
        could_run = Q(run_after=get_date_max()) | Q(run_after__lt=restored_at)
        # The ``run_after`` of a failed task is the time of its next try.
        has_failed = Exists(Failure.objects.filter(task=OuterRef("pk")))
        return self.outbound().filter(
            could_run | has_failed,
            status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
            enqueued_at__lt=restored_at,
        )

    def not_held(self) -> Self:
        """Leave out the tasks that wait because of the state of the site.

        While the database is being restored, every task waits. On a quiet site, the outbound tasks wait.
        """
        # The state is read in the same statement as the tasks, because a state that was read earlier could be the state
        # before a restore.
        is_outbound = Q(task_path__in=list_outbound_paths())
        if settings.QUIET:
            return self.exclude(is_outbound | Exists(SiteState.objects.restoring()))
        return self.exclude(Exists(SiteState.objects.restoring())).exclude(
            is_outbound & Exists(SiteState.objects.quiet())
        )

    def get_locked(self) -> "Job | None":
        """Lock and return the first task that no other worker has locked, or None.

        The worker of django-tasks-db calls this.
        """
        return self.select_for_update(skip_locked=True).first()

    def running(self) -> Self:
        """Return the tasks that a worker is running, or was running when it died."""
        return self.filter(status=TaskResultStatus.RUNNING)

    def running_on(self, worker_id: str) -> "list[Job]":
        """Return the running tasks that were last taken by this worker."""
        return [job for job in self.running() if job.worker_ids[-1:] == [worker_id]]

    def abandoned(self) -> "list[Job]":
        """Return the running tasks whose worker is dead, except for tasks that are held."""
        # The order matters: a worker writes its heartbeat before it takes a task, so every living worker is found.
        running = list(self.not_held().running())
        alive = set(WorkerLife.objects.alive().values_list("worker_id", flat=True)) if running else set()
        return [job for job in running if not alive.intersection(job.worker_ids[-1:])]

    def finished_before(self, moment: datetime) -> Self:
        """Return the tasks that succeeded or were given up before ``moment``.

        Failed tasks that still await a decision are left out.
        """
        ended = [TaskResultStatus.SUCCESSFUL, TaskResultStatus.FAILED]
        return self.filter(status__in=ended, finished_at__lt=moment, failure=None)

    def overdue(self, at: datetime | None = None) -> Self:
        """Return the tasks that have been ready for too long at ``at``, by default the current time of the database.

        Tasks that are held do not count.
        """
        return (
            self.not_held()
            .filter(status=TaskResultStatus.READY)
            .filter(_has_waited_for(MAX_WAIT, at) | Q(priority__gte=URGENT) & _has_waited_for(MAX_WAIT_IF_URGENT, at))
        )

    def is_prompt(self) -> bool:
        """Return whether the workers keep up with the queue."""
        return not self.overdue().exists()

    def retry_abandoned(self) -> int:
        """Count a failure of each abandoned task, so that it is retried unless it has failed too often.

        Return the number of abandoned tasks.
        """
        jobs = self.abandoned()
        for job in jobs:
            job.set_failed(WorkerEndedError("The worker ended before the task did."))
        return len(jobs)


class Job(DBTaskResult):  # type: ignore[type-arg]  # any arguments and any result
    """A task in the queue.

    Its methods write only while the worker that calls them still has the task. If a worker that was regarded as dead
    continues, it finds that it no longer has the task, and does not change the row.
    """

    objects = JobQuerySet.as_manager()  # type: ignore[assignment, misc]  # replaces the parent's manager

    class Meta:
        proxy = True
        default_permissions = ()

    @property
    def label(self) -> str:
        """The name of the task's function, written as words."""
        return format_task_name(self.task_path)

    @property
    def request_id(self) -> str:
        """The id of the request that enqueued the task, directly or through another task, or an empty string."""
        return str(self.args_kwargs.get(_REQUEST_ID, ""))

    @retry()
    @transaction.atomic
    def set_successful(self, return_value: object) -> None:
        """Store the result, and delete the task's earlier failure, if there is one."""
        if not self._lock_if_still_taken():
            return
        self.status = TaskResultStatus.SUCCESSFUL
        self.finished_at = clock.now()
        self.return_value = return_value
        self.exception_class_path = self.traceback = ""
        self.save(update_fields=["status", "finished_at", "return_value", "exception_class_path", "traceback"])
        Failure.objects.filter(task_id=self.pk).delete()
        TASKS.count(self.task_path, "succeeded")

    @retry()
    @transaction.atomic
    def set_failed(self, exc: BaseException) -> None:
        """Count the failure. Retry the task after a delay, unless this was the last try.

        A StoppedError is not counted, because the worker releases its current task when it ends.
        """
        if isinstance(exc, StoppedError) or not self._lock_if_still_taken():
            return
        at = clock.now()
        failure = Failure.objects.count_failure(self, error=format_error(exc), at=at)
        delay = retry_delay(failure.tries)
        self.exception_class_path = f"{type(exc).__module__}.{type(exc).__qualname__}"
        self.traceback = _replace_unstorable("".join(format_exception(exc)))
        self.return_value = None
        if delay is None:
            self._set_status(TaskResultStatus.FAILED, finished_at=at)
            TASKS.count(self.task_path, "failed")
            logger.error("Stopped retrying after %s tries: %s, %s", failure.tries, self.task_path, failure.error)
        else:
            self._set_status(TaskResultStatus.READY, run_after=at + delay)
            TASKS.count(self.task_path, "retried")
            logger.warning("Failed, tried again in %s: %s, %s", delay, self.task_path, failure.error)

    @transaction.atomic
    def release(self) -> None:
        """Make the task ready for any worker immediately, without counting a failure."""
        if self._lock_if_still_taken():
            self._set_status(TaskResultStatus.READY, run_after=clock.now())

    def _lock_if_still_taken(self) -> bool:
        """Lock the row, and return whether this worker still has the task."""
        unchanged = Job.objects.select_for_update().filter(
            pk=self.pk, status=TaskResultStatus.RUNNING, started_at=self.started_at
        )
        is_still_taken = unchanged.values_list("pk").first() is not None
        if not is_still_taken:
            logger.warning("Task %s has been taken by another worker in the meantime.", self.pk)
        return is_still_taken

    def _set_status(
        self, status: TaskResultStatus, *, run_after: datetime | None = None, finished_at: datetime | None = None
    ) -> None:
        self.status = status
        self.finished_at = finished_at
        self.run_after = run_after or self.run_after
        columns = ("status", "finished_at", "run_after", "return_value", "exception_class_path", "traceback")
        self.save(update_fields=columns)


def format_task_name(task_path: str) -> str:
    """Return the name of a task's function, written as words."""
    return task_path.rpartition(".")[2].replace("_", " ").strip().capitalize()


# The name in ``args_kwargs`` under which a task stores the id of the request that enqueued it.
_REQUEST_ID = "request_id"


def store_request_id(instance: DBTaskResult, **_kwargs: object) -> None:  # type: ignore[type-arg]  # as above
    """Receive ``pre_save``: store the id of the request that enqueues this task, directly or through another task."""
    # The table belongs to django-tasks-db, which reads only the keys ``args`` and ``kwargs`` of this column.
    if instance._state.adding and (request_id := current_request_id()):
        instance.args_kwargs = {**instance.args_kwargs, _REQUEST_ID: request_id}


def format_error(error: BaseException) -> str:
    """Return the class of the error and the first line of its message."""
    message = next((line.strip() for line in _replace_unstorable(str(error)).splitlines() if line.strip()), "")
    # The message of this error is a sentence that is clear without the class.
    if isinstance(error, WorkerEndedError):
        return message
    return f"{type(error).__name__}: {message}" if message else type(error).__name__


def _has_waited_for(duration: timedelta, at: datetime | None) -> Q:
    """Return the condition that a task has been ready for longer than ``duration`` at ``at``, by default now."""
    before = at - duration if at else Now() - duration
    # A task without a start time is ready as soon as it is enqueued. Its ``run_after`` is the latest possible time.
    has_no_time = Q(run_after=get_date_max())
    return has_no_time & Q(enqueued_at__lt=before) | ~has_no_time & Q(enqueued_at__lt=before, run_after__lt=before)


def _replace_unstorable(text: str) -> str:
    """Replace NUL and lone surrogates, which databases refuse, and return the text."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
