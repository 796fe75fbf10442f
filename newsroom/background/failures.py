"""The decisions on failed tasks: retry a task or stop retrying it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.tasks import TaskResultStatus

from newsroom.accounts.models import User
from newsroom.accounts.permissions import require_permission
from newsroom.audit.models import Event
from newsroom.background.models import Failure, Job
from newsroom.http import clock

PERMISSION = "jobs.decide_failure"


@transaction.atomic
def retry(failure: Failure, *, by: User) -> None:
    """Retry the task immediately, with as many tries as a new task. Raise the same errors as ``stop_retrying``."""
    job, failure = _lock(failure, by=by)
    now = clock.now()
    Job.objects.filter(pk=job.pk).update(status=TaskResultStatus.READY, run_after=now, finished_at=None)
    Failure.objects.filter(pk=failure.pk).update(tries=0)
    _write_event(job, failure, "tried again", by=by)


@transaction.atomic
def stop_retrying(failure: Failure, *, by: User) -> None:
    """Remove the task from the list of failures without running it again.

    Raise NotAllowedError if the user may not decide on failures. Raise ValidationError if the task is running, or has
    succeeded in the meantime, or is no longer retried.
    """
    job, failure = _lock(failure, by=by)
    now = clock.now()
    Job.objects.filter(pk=job.pk).update(status=TaskResultStatus.FAILED, finished_at=now)
    Failure.objects.filter(pk=failure.pk).delete()
    _write_event(job, failure, "given up", by=by)


def _lock(failure: Failure, *, by: User) -> tuple[Job, Failure]:
    require_permission(by, PERMISSION, "Only administrators can decide on failed tasks.")
    job = Job.objects.select_for_update().filter(pk=failure.task_id).first()
    current = Failure.objects.filter(pk=failure.pk).first()
    if job is None or current is None:
        raise ValidationError("This task has succeeded in the meantime, or is no longer retried.", code="gone")
    if job.status == TaskResultStatus.RUNNING:
        raise ValidationError("This task is running. Wait until it has ended.", code="running")
    return job, current


def _write_event(job: Job, failure: Failure, verb: str, *, by: User) -> None:
    # The error is left out: its message may quote text that has to be erased later, but the audit log is append-only.
    Event.objects.write(
        "task", job.pk, verb, by=by, after={"task": str(failure), "path": job.task_path, "times": failure.times}
    )


def delete_error_messages() -> None:
    """Delete the messages and tracebacks of errors, and keep the names of the error classes."""
    # A message may quote text that has to be erased.
    Job.objects.exclude(traceback="").update(traceback="")
    for failure in Failure.objects.filter(error__contains=":"):
        failure.error = failure.error.partition(":")[0]
        failure.save(update_fields=["error"])
