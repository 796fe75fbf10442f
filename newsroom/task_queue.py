"""The queue of background tasks: a database table, so that a task is committed with the change that causes it."""

import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.tasks import Task

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
