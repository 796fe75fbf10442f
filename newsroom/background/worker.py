"""The worker, which runs tasks from the database one at a time and survives failures of tasks and of the database."""

import logging
import signal
import time
from types import FrameType

from django.db import Error, close_old_connections
from django.tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from newsroom.background.alert_thread import AlertThread
from newsroom.background.heartbeat import run_heartbeat
from newsroom.background.models import Job, StoppedError
from newsroom.http.request_id import use_request_id
from newsroom.operations import processes, site_state, slow_log

# The delay before the worker tries again if the database does not answer, accepts no writes or is being restored.
PAUSE = 5.0  # seconds

# The loop of the base class takes the next task through the model that has this name. Our model uses the clock that all
# machines share.
db_worker.DBTaskResult = Job  # type: ignore[attr-defined]  # imported there

logger = logging.getLogger(__name__)


class Worker(db_worker.Worker):
    """A worker that runs until it receives a signal or, with ``batch``, until no task is ready.

    After the first TERM or INT, the worker finishes its current task. After the second, it releases the task.
    """

    def __init__(self, *, interval: float, batch: bool) -> None:
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=interval,
            batch=batch,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=not batch,
            max_tasks=None,
            worker_id="",
        )

    def run(self) -> None:
        """Run tasks. After a database error, wait and start again; a batch raises the error.

        Unless this is a batch, a thread evaluates the alerts meanwhile, and the worker waits while the database is
        being restored.
        """
        if self.batch:
            self._run()
            return
        alerts = AlertThread()
        alerts.start()
        try:
            self._run()
        finally:
            alerts.stop()
            processes.forget()

    def _run(self) -> None:
        while self.running:
            try:
                if self._waits_for_restore():
                    continue
                with run_heartbeat() as self.worker_id:
                    super().run()
                return
            except Error as error:
                if self.batch:
                    raise
                logger.warning(
                    "The database does not answer, or takes no writes; tried again in %s seconds. %s", PAUSE, error
                )
                close_old_connections()
                time.sleep(PAUSE)

    def _waits_for_restore(self) -> bool:
        """If the database is being restored, wait for a moment and return True. A batch never waits."""
        # A heartbeat would write rows into tables that the restore is filling.
        if self.batch or not site_state.is_restoring():
            return False
        logger.info("The database is being restored; looked at again in %s seconds.", PAUSE)
        close_old_connections()
        time.sleep(PAUSE)
        return True

    def run_task(self, db_task_result: DBTaskResult) -> None:  # type: ignore[type-arg]  # any arguments and any result
        """Run a task that this worker has just taken."""
        self.running_task = True
        job = Job.objects.get(pk=db_task_result.pk)
        with use_request_id(job.request_id), slow_log.measure_task(job.task_path):
            super().run_task(job)

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        """Handle a signal. The second one raises StoppedError in the current task."""
        if self.running or not self.running_task:
            super().shutdown(signum, frame)
            return
        logger.warning("Received %s again: the task in hand is put back.", signal.strsignal(signum))
        self.reset_signals()
        raise StoppedError
