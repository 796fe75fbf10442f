"""A task as the worker sees it: tried again after growing waits, finished only by whoever has it in hand."""

import logging
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Self

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from django_tasks_db.utils import retry

from newsroom.http import clock
from newsroom.jobs.models.failure import Failure, wait_after
from newsroom.jobs.models.life import WorkerLife

# How long a task may wait once it could be done, and how long one may that people wait for: mail, announcements, purges.
MOST_WAITING, MOST_WAITING_URGENT = timedelta(minutes=5), timedelta(seconds=60)
URGENT = 50  # the lowest of their priorities

logger = logging.getLogger(__name__)


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
