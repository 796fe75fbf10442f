"""The queue of background tasks: a database table, so that a task is committed with the change that causes it."""

import logging
from typing import Any

from django.db import InterfaceError, InternalError, OperationalError
from django.tasks import Task, TaskResultStatus

from newsroom.errors import RefusedError

logger = logging.getLogger(__name__)

_outbound_paths: set[str] = set()


def outbound[**P, T](task: Task[P, T]) -> Task[P, T]:
    """Declare that a task sends something to people or services outside the site, and return the task.

    While the site is quiet, as after a restore, such tasks wait in the queue.
    """
    _outbound_paths.add(task.module_path)
    return task


def list_outbound_paths() -> list[str]:
    """Return the import paths of all outbound tasks, sorted."""
    return sorted(_outbound_paths)


class NotQueuedError(RefusedError):
    """Raised when a task cannot be written to the queue; the transaction must be rolled back."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was changed, because e-mails and announcements could not be queued. "
            "Try again in a moment. If it fails again, tell an administrator."
        )


def enqueue[**P, T](task: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
    """Write a task to the queue in the current transaction. Raise NotQueuedError if the queue does not accept it."""
    # Not in on_commit: if the process is killed after the commit, the change would be left without its task.
    try:
        task.enqueue(*args, **kwargs)
    except (OperationalError, InterfaceError, InternalError):
        # Errors of the database itself affect every write and are handled elsewhere.
        raise
    except Exception as error:
        logger.exception("%s could not be queued.", task.module_path)
        raise NotQueuedError from error


def list_unfinished_arguments(task: Task[..., Any]) -> set[object]:
    """Return the positional arguments of all runs of a task that have not succeeded.

    These are the runs that wait or are in progress, and those that have failed permanently while they are listed.
    """
    from django_tasks_db.models import DBTaskResult  # tasks are declared before the models of the apps are loaded

    results = DBTaskResult.objects.filter(task_path=task.module_path).exclude(status=TaskResultStatus.SUCCESSFUL)
    return {argument for each in results.only("args_kwargs") for argument in each.args_kwargs["args"]}
