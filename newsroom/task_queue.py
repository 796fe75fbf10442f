"""The queue of background tasks, which is a table: a task is committed together with the change that it follows from."""

import logging

from django.db import InterfaceError, InternalError, OperationalError
from django.tasks import Task

from newsroom.errors import RefusedError

logger = logging.getLogger(__name__)


class NotQueuedError(RefusedError):
    """A task could not be written to the queue, so the transaction must not be committed."""

    def __init__(self) -> None:
        super().__init__(
            "Nothing was changed: what follows from it, such as mail and announcements, could not be queued. "
            "Try again in a moment. If it fails again, tell an administrator."
        )


def enqueue[**P, T](task: Task[P, T], *args: P.args, **kwargs: P.kwargs) -> None:
    """Write a task to the queue, in the transaction that is open.

    Raises NotQueuedError where the queue does not take it. Errors of the database itself pass: they concern every write.
    """
    # Never in on_commit: a process that is killed after the commit would leave the change without what follows from it.
    try:
        task.enqueue(*args, **kwargs)
    except (OperationalError, InterfaceError, InternalError):
        raise
    except Exception as error:
        logger.exception("%s could not be queued.", task.module_path)
        raise NotQueuedError from error
