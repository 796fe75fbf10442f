"""The models of the queue: tasks with their retries, failed tasks, and workers with their heartbeats."""

import logging
from datetime import datetime, timedelta
from traceback import format_exception
from typing import ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import retry

from newsroom.http import clock

logger = logging.getLogger(__name__)

# The waits between tries. After the last of them only an administrator retries the task.
RETRY_DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
LONGEST_ERROR = 300


def retry_delay(tries: int) -> timedelta | None:
    """Return how long to wait after this many failed tries in a row, or None after the last try."""
    return RETRY_DELAYS[tries - 1] if tries <= len(RETRY_DELAYS) else None


class FailureQuerySet(models.QuerySet["Failure"]):
    """The queries of failed tasks."""

    def count_failure(self, job: "Job", *, error: str, at: datetime) -> "Failure":
        """Count one more failure of ``job``, whose row the caller has locked. ``error`` is its reason in a sentence."""
        failure, _ = self.get_or_create(task_id=job.pk, defaults={"first_at": at, "last_at": at})
        failure.times += 1
        failure.tries += 1
        failure.last_at = at
        failure.error = error[:LONGEST_ERROR]
        failure.save()
        return failure

    def final(self) -> Self:
        """Return the tasks that are not retried by themselves."""
        return self.filter(task__status=TaskResultStatus.FAILED)

    def retrying(self) -> Self:
        """Return the tasks that are retried by themselves."""
        return self.exclude(task__status=TaskResultStatus.FAILED)

    def newest_first(self) -> Self:
        """Order by the last failure, the latest first, with only those columns of the task that a list shows."""
        return self.select_related("task").defer("task__traceback", "task__args_kwargs").order_by("-last_at", "-pk")


class Failure(models.Model):
    """A task that failed at least once. The row is deleted when the task succeeds or is given up.

    ``times`` counts all failures, ``tries`` those since the task was enqueued or an administrator last retried it.
    """

    task = models.OneToOneField(DBTaskResult, on_delete=models.CASCADE, related_name="failure")
    times = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    error = models.CharField(max_length=LONGEST_ERROR)

    objects = FailureQuerySet.as_manager()

    class Meta:
        verbose_name = "failed task"
        default_permissions = ("view",)
        permissions: ClassVar = [("decide_failure", "Can have failed work tried again or given up")]
        ordering: ClassVar = ["-last_at", "-pk"]

    def __str__(self) -> str:
        return self.task_name

    @property
    def task_name(self) -> str:
        """What the task does, in words: the name of its function."""
        return self.task.task_path.rpartition(".")[2].replace("_", " ").strip().capitalize()

    @property
    def is_final(self) -> bool:
        """Whether the task is not retried by itself."""
        return self.task.status == TaskResultStatus.FAILED


# A worker without a heartbeat for this long is dead, and another one retries its task.
DEAD_AFTER = timedelta(seconds=60)


class WorkerLifeQuerySet(models.QuerySet["WorkerLife"]):
    """The queries of workers."""

    def alive(self) -> Self:
        """Return the workers that have not ended and had a heartbeat within ``SILENCE``."""
        return self.filter(ended_at=None, seen_at__gt=Now() - DEAD_AFTER)

    def is_any_alive(self) -> bool:
        return self.alive().exists()

    def beat(self, worker_id: str) -> bool:
        """Write a heartbeat of this worker, and return False if its last one was longer ago than ``SILENCE``."""
        # A machine that slept, or a database that was locked, silences all workers alike: the first one that wakes up
        # must not take the others for dead.
        known = self.filter(worker_id=worker_id)
        was_silent = known.exists() and not known.alive().exists()
        self.update_or_create(worker_id=worker_id, defaults={"seen_at": Now(), "ended_at": None})
        return not was_silent

    def end(self, worker_id: str) -> None:
        """Store that this worker has ended, so that others need not wait for ``SILENCE``."""
        self.filter(worker_id=worker_id).update(seen_at=Now(), ended_at=Now())

    def newest(self) -> "WorkerLife | None":
        """Return the worker with the latest heartbeat."""
        return self.order_by("-seen_at", "-pk").first()


class WorkerLife(models.Model):
    """One run of a worker from start to end; ``seen_at`` is its last heartbeat."""

    worker_id = models.CharField(max_length=64, unique=True)
    begun_at = models.DateTimeField(db_default=Now(), editable=False)
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = WorkerLifeQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering: ClassVar = ["-seen_at", "-pk"]

    def __str__(self) -> str:
        return self.worker_id


# How long a task that is ready may wait. The shorter time is for tasks that people wait for: mail, pings, purges.
MOST_WAITING, MOST_WAITING_URGENT = timedelta(minutes=5), timedelta(seconds=60)
URGENT = 50  # the lowest priority of the latter


class WorkerEndedError(Exception):
    """Raised for a task whose worker ended during it, because it was killed or its machine failed."""


class StoppedError(BaseException):
    """Raised in a task when the worker is stopped without waiting for it."""


class JobQuerySet(models.QuerySet["Job"]):
    """The queries of tasks in the queue."""

    def ready(self) -> Self:
        """Return the tasks that may run now, by the clock that all machines share."""
        has_no_time, is_due = Q(run_after=get_date_max()), Q(run_after__lte=clock.now())
        return self.filter(has_no_time | is_due, status=TaskResultStatus.READY)

    def get_locked(self) -> "Job | None":
        """Return the first task and lock it; skip tasks that other workers have locked."""
        return self.select_for_update(skip_locked=True).first()

    def running(self) -> Self:
        """Return the tasks that a worker runs, or ran when it died."""
        return self.filter(status=TaskResultStatus.RUNNING)

    def running_on(self, worker_id: str) -> "list[Job]":
        """Return the running tasks that this worker was the last to take."""
        return [job for job in self.running() if job.worker_ids[-1:] == [worker_id]]

    def abandoned(self) -> "list[Job]":
        """Return the running tasks whose worker is dead."""
        # In this order: a worker wrote its heartbeat before it took a task, so every living one of these is found.
        running = list(self.running())
        alive = set(WorkerLife.objects.alive().values_list("worker_id", flat=True)) if running else set()
        return [job for job in running if not alive.intersection(job.worker_ids[-1:])]

    def overdue(self) -> Self:
        """Return the tasks that have been ready for too long, by the clock of the database."""
        return self.filter(status=TaskResultStatus.READY).filter(
            _waiting_for(MOST_WAITING) | Q(priority__gte=URGENT) & _waiting_for(MOST_WAITING_URGENT)
        )

    def is_prompt(self) -> bool:
        """Return whether the workers keep up with what is enqueued."""
        return not self.overdue().exists()

    def retry_abandoned(self) -> int:
        """Mark each abandoned task as failed, so that it is retried; return how many there were."""
        jobs = self.abandoned()
        for job in jobs:
            job.set_failed(WorkerEndedError("The worker ended before the task did."))
        return len(jobs)


class Job(DBTaskResult):  # type: ignore[type-arg]  # of any arguments and any result
    """A row of the queue.

    Its methods write only if the row is still as this worker took it. A worker that was taken for dead and comes back
    finds that another one has the task, and leaves it alone.
    """

    objects = JobQuerySet.as_manager()  # type: ignore[assignment, misc]  # in place of the parent's

    class Meta:
        proxy = True
        default_permissions = ()

    @retry()
    @transaction.atomic
    def set_successful(self, return_value: object) -> None:
        """Store the result, and delete the failure that the task may have had before."""
        if not self._is_in_hand():
            return
        self.status = TaskResultStatus.SUCCESSFUL
        self.finished_at = clock.now()
        self.return_value = return_value
        self.exception_class_path = self.traceback = ""
        self.save(update_fields=["status", "finished_at", "return_value", "exception_class_path", "traceback"])
        Failure.objects.filter(task_id=self.pk).delete()

    @retry()
    @transaction.atomic
    def set_failed(self, exc: BaseException) -> None:
        """Count the failure, and retry the task after a wait, or never if this was the last try.

        A StoppedError is not counted: the worker puts its current task back when it ends.
        """
        if isinstance(exc, StoppedError) or not self._is_in_hand():
            return
        at = clock.now()
        failure = Failure.objects.count_failure(self, error=format_error(exc), at=at)
        wait = retry_delay(failure.tries)
        self.exception_class_path = f"{type(exc).__module__}.{type(exc).__qualname__}"
        self.traceback = _storable("".join(format_exception(exc)))
        self.return_value = None
        if wait is None:
            self._rest(TaskResultStatus.FAILED, finished_at=at)
            logger.error("Given up after %s tries: %s, %s", failure.tries, self.task_path, failure.error)
        else:
            self._rest(TaskResultStatus.READY, run_after=at + wait)
            logger.warning("Failed, tried again in %s: %s, %s", wait, self.task_path, failure.error)

    @transaction.atomic
    def release(self) -> None:
        """Make the task ready at once for any worker, as if it had never been taken."""
        if self._is_in_hand():
            self._rest(TaskResultStatus.READY, run_after=clock.now())

    def _is_in_hand(self) -> bool:
        """Lock the row, and return whether it is still as it was when this worker took it."""
        taken = Job.objects.select_for_update().filter(
            pk=self.pk, status=TaskResultStatus.RUNNING, started_at=self.started_at
        )
        is_in_hand = taken.values_list("pk").first() is not None
        if not is_in_hand:
            logger.warning("Task %s was taken up by another worker meanwhile.", self.pk)
        return is_in_hand

    def _rest(
        self, status: TaskResultStatus, *, run_after: datetime | None = None, finished_at: datetime | None = None
    ) -> None:
        self.status = status
        self.finished_at = finished_at
        self.run_after = run_after or self.run_after
        columns = ("status", "finished_at", "run_after", "return_value", "exception_class_path", "traceback")
        self.save(update_fields=columns)


def format_error(error: BaseException) -> str:
    """Return the class of the error and the first line of its message."""
    said = next((line.strip() for line in _storable(str(error)).splitlines() if line.strip()), "")
    # The message of this error of our own is a sentence already.
    if isinstance(error, WorkerEndedError):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _waiting_for(longest: timedelta) -> Q:
    """Return the condition that a task has been ready for longer than ``longest``."""
    before = Now() - longest
    # A task without a time of its own is ready when it is enqueued; its ``run_after`` is the latest possible time.
    at_once = Q(run_after=get_date_max())
    return at_once & Q(enqueued_at__lt=before) | ~at_once & Q(enqueued_at__lt=before, run_after__lt=before)


def _storable(text: str) -> str:
    """Return the text with what a database refuses replaced: NUL and lone surrogates."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
