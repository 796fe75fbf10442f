"""A task as the worker sees it: tried again after growing waits, finished only by whoever has it in hand."""

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

# After each failure a longer wait; after the last of them nobody tries again unless an administrator says so.
WAITS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
LONGEST_ERROR = 300


def wait_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many failed tries in a row, or None when that was the last."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


class FailureQuerySet(models.QuerySet["Failure"]):
    """Keeping the list of failures."""

    def note(self, job: "Job", *, error: str, at: datetime) -> "Failure":
        """Count one more failure of ``job``, which the caller has locked, with its reason in a sentence."""
        failure, _ = self.get_or_create(task_id=job.pk, defaults={"first_at": at, "last_at": at})
        failure.times += 1
        failure.tries += 1
        failure.last_at = at
        failure.error = error[:LONGEST_ERROR]
        failure.save()
        return failure

    def over(self) -> Self:
        """Keep what nobody tries again by itself."""
        return self.filter(task__status=TaskResultStatus.FAILED)

    def going_on(self) -> Self:
        """Keep what is tried again by itself."""
        return self.exclude(task__status=TaskResultStatus.FAILED)

    def newest_first(self) -> Self:
        """Order by the last failure; of the task only what a list shows is read."""
        return self.select_related("task").defer("task__traceback", "task__args_kwargs").order_by("-last_at", "-pk")


class Failure(models.Model):
    """A task that failed at least once; the row goes when the task succeeds or somebody gives it up.

    ``times`` counts all failures, ``tries`` those since the task came in or an administrator last said *Try again*.
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
        return self.what

    @property
    def what(self) -> str:
        """What the task does, in words: the name of its function."""
        return self.task.task_path.rpartition(".")[2].replace("_", " ").strip().capitalize()

    @property
    def is_over(self) -> bool:
        """Whether nobody tries again by itself."""
        return self.task.status == TaskResultStatus.FAILED


# A worker that was silent for this long is dead: what it had in hand is taken up by another.
SILENCE = timedelta(seconds=60)


class WorkerLifeQuerySet(models.QuerySet["WorkerLife"]):
    """Questions about workers."""

    def alive(self) -> Self:
        """Keep the workers that gave a sign of life within ``SILENCE`` and have not said goodbye."""
        return self.filter(ended_at=None, seen_at__gt=Now() - SILENCE)

    def is_any_alive(self) -> bool:
        """Say whether somebody does the background work now."""
        return self.alive().exists()

    def beat(self, worker_id: str) -> bool:
        """Write down that this worker lives; return False when it was itself silent for so long that it passed for dead.

        A machine that slept, or a database that was locked, silences all workers alike: who wakes up first must not
        bury the others.
        """
        known = self.filter(worker_id=worker_id)
        was_silent = known.exists() and not known.alive().exists()
        self.update_or_create(worker_id=worker_id, defaults={"seen_at": Now(), "ended_at": None})
        return not was_silent

    def end(self, worker_id: str) -> None:
        """Write down that this worker has ended: nobody needs to wait for its silence."""
        self.filter(worker_id=worker_id).update(seen_at=Now(), ended_at=Now())

    def newest(self) -> "WorkerLife | None":
        """Return the worker that was seen last."""
        return self.order_by("-seen_at", "-pk").first()


class WorkerLife(models.Model):
    """One worker from its start to its end: ``seen_at`` is its last sign of life."""

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


# How long a task may wait once it could be done, and how long one may that people wait for: mail, announcements, purges.
MOST_WAITING, MOST_WAITING_URGENT = timedelta(minutes=5), timedelta(seconds=60)
URGENT = 50  # the lowest of their priorities


class WorkerEndedError(Exception):
    """The worker ended in the middle of a task: it was killed, or its machine went down."""


class StoppedError(BaseException):
    """Somebody asked for the end and did not want to wait for the task in hand."""


class JobQuerySet(models.QuerySet["Job"]):
    """Tasks that wait, and tasks in hand."""

    def ready(self) -> Self:
        """Keep what may be done by now, by the clock that all machines share."""
        has_no_time, is_due = Q(run_after=get_date_max()), Q(run_after__lte=clock.now())
        return self.filter(has_no_time | is_due, status=TaskResultStatus.READY)

    def get_locked(self) -> "Job | None":
        """Return the first, locked; leave out what other workers take at this moment."""
        return self.select_for_update(skip_locked=True).first()

    def running(self) -> Self:
        """Keep what some worker has in hand, or had when it died."""
        return self.filter(status=TaskResultStatus.RUNNING)

    def in_hand_of(self, worker_id: str) -> "list[Job]":
        """Return the running tasks that this worker took last."""
        return [job for job in self.running() if job.worker_ids[-1:] == [worker_id]]

    def abandoned(self) -> "list[Job]":
        """Return the running tasks whose worker is dead."""
        # In this order: whoever takes a task after the first question has been counted alive before it.
        running = list(self.running())
        alive = set(WorkerLife.objects.alive().values_list("worker_id", flat=True)) if running else set()
        return [job for job in running if not alive.intersection(job.worker_ids[-1:])]

    def overdue(self) -> Self:
        """Keep what waits to be done although it should be by now, in the time of the database."""
        return self.filter(status=TaskResultStatus.READY).filter(
            _waiting_for(MOST_WAITING) | Q(priority__gte=URGENT) & _waiting_for(MOST_WAITING_URGENT)
        )

    def is_prompt(self) -> bool:
        """Return whether the workers keep up with what is enqueued."""
        return not self.overdue().exists()

    def take_up_abandoned(self) -> int:
        """Have each abandoned task tried again as after any failure, and return how many there were."""
        jobs = self.abandoned()
        for job in jobs:
            job.set_failed(WorkerEndedError("The worker ended before the task did."))
        return len(jobs)


class Job(DBTaskResult):  # type: ignore[type-arg]  # of any arguments and any result
    """A row of the queue.

    Its verbs write only while the row is still as this worker took it: who was thought dead and comes back finds the
    task in other hands and leaves it alone.
    """

    objects = JobQuerySet.as_manager()  # type: ignore[assignment, misc]  # beside the parent's

    class Meta:
        proxy = True
        default_permissions = ()

    @retry()
    @transaction.atomic
    def set_successful(self, return_value: object) -> None:
        """Keep the result; what had failed before is no failure any more."""
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
        """Count the failure, and have the task tried again after a wait, or never when this was the last try.

        On a StoppedError nothing is counted: the worker puts back at its end what it had in hand.
        """
        if isinstance(exc, StoppedError) or not self._is_in_hand():
            return
        at = clock.now()
        failure = Failure.objects.note(self, error=sentence_of(exc), at=at)
        wait = wait_after(failure.tries)
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
    def put_back(self) -> None:
        """Let any worker take the task again at once, as if it had never been taken."""
        if self._is_in_hand():
            self._rest(TaskResultStatus.READY, run_after=clock.now())

    def _is_in_hand(self) -> bool:
        """Lock the row, and say whether it is still as it was when it was taken."""
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


def sentence_of(error: BaseException) -> str:
    """Return the kind of error and the first line of what it says; an error of our own is a sentence already."""
    said = next((line.strip() for line in _storable(str(error)).splitlines() if line.strip()), "")
    if isinstance(error, WorkerEndedError):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def _waiting_for(longest: timedelta) -> Q:
    """Return the condition that a task has been ready for longer than that."""
    before = Now() - longest
    # Without a time of its own it is ready from the beginning; such tasks have the last of all moments.
    at_once = Q(run_after=get_date_max())
    return at_once & Q(enqueued_at__lt=before) | ~at_once & Q(enqueued_at__lt=before, run_after__lt=before)


def _storable(text: str) -> str:
    """Return the text without what a database refuses: NUL, and halves of characters."""
    return text.replace("\x00", "\ufffd").encode("utf-8", "replace").decode("utf-8")
