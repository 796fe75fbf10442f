"""Work that failed and is not done yet: how often, why, and when it is tried again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

if TYPE_CHECKING:
    from newsroom.jobs.models.job import Job

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
