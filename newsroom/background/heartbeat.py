"""The heartbeat of a worker. Its thread also retries tasks of dead workers and runs recurring checks."""

import logging
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import Error, connections
from django.utils.crypto import get_random_string

from newsroom.background import periodic
from newsroom.background.models import Job, WorkerLife
from newsroom.http import clock

# Six heartbeats fit into ``DEAD_AFTER``, after which a worker counts as dead.
BEAT_INTERVAL = 10.0  # seconds
BEATS_PER_CHECK = 6  # once a minute

logger = logging.getLogger(__name__)


class HeartbeatThread(threading.Thread):
    """A thread that writes a heartbeat every ``BEAT_INTERVAL`` seconds until it is stopped, even during a long task."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self._worker_id = worker_id
        self._stop_event = threading.Event()

    def run(self) -> None:
        """Write heartbeats until stopped. After a database error, try again at the next heartbeat."""
        beats = 0
        while not self._stop_event.wait(BEAT_INTERVAL):
            beats += 1
            try:
                beat(self._worker_id)
                if beats % BEATS_PER_CHECK == 0:
                    periodic.run_checks(clock.now())
            except Error as error:
                logger.warning("The heartbeat could not be stored: %s", error)
            finally:
                connections.close_all()  # only the connections of this thread

    def stop(self) -> None:
        """Stop the thread, and wait until its last heartbeat has ended."""
        self._stop_event.set()
        self.join()


def beat(worker_id: str) -> None:
    """Write the heartbeat of this worker and, unless the previous one is too old, retry the tasks of dead workers."""
    if WorkerLife.objects.beat(worker_id) and (count := Job.objects.retry_abandoned()):
        logger.warning("%s tasks of workers that ended are retried.", count)


@contextmanager
def run_heartbeat() -> Iterator[str]:
    """Yield the id under which a worker takes tasks, and write heartbeats until the block ends.

    After a clean exit, the worker's current task is immediately ready again. After an error, the task counts as failed,
    as if the worker had been killed.
    """
    worker_id = f"{socket.gethostname()[:40]}-{os.getpid()}-{get_random_string(8)}"
    beat(worker_id)
    periodic.run_checks(clock.now())
    thread = HeartbeatThread(worker_id)
    thread.start()
    is_clean = False
    try:
        yield worker_id
        is_clean = True
    except SystemExit:
        is_clean = True
        raise
    finally:
        thread.stop()
        try:
            if is_clean:
                for job in Job.objects.running_on(worker_id):
                    job.release()
            WorkerLife.objects.end(worker_id)
        except Error as error:
            logger.warning("The end of this worker could not be stored; the others will notice: %s", error)
