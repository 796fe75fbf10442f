"""The thread in which a worker evaluates the alerts, even during a long task or while the database does not answer."""

import logging
from threading import Event, Thread

from django.db import connections

from newsroom.http import clock
from newsroom.operations.alerts.evaluation import INTERVAL, evaluate_if_due

logger = logging.getLogger(__name__)


class AlertThread(Thread):
    """A thread that, every half minute until it is stopped, evaluates the alerts if an evaluation is due."""

    def __init__(self) -> None:
        super().__init__(name="alerts", daemon=True)
        self._stop_event = Event()

    def run(self) -> None:
        """Evaluate the alerts until stopped. Errors are logged."""
        # The first evaluation waits, because a worker that has not written a heartbeat yet would count as missing.
        while not self._stop_event.wait(INTERVAL):
            try:
                evaluate_if_due(clock.now())
            except Exception:
                logger.exception("The alerts could not be evaluated.")
            finally:
                connections.close_all()  # only the connections of this thread

    def stop(self) -> None:
        """Stop the thread after its current evaluation, without waiting for it."""
        self._stop_event.set()
