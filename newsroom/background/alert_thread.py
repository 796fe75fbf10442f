"""The thread of a worker that evaluates the alerts, also while the database is away and during a long task."""

import logging
from threading import Event, Thread

from django.db import connections

from newsroom.http import clock
from newsroom.operations.alerts.evaluation import INTERVAL, evaluate_if_due

logger = logging.getLogger(__name__)


class AlertThread(Thread):
    """A thread that evaluates the alerts every half minute until it is stopped."""

    def __init__(self) -> None:
        super().__init__(name="alerts", daemon=True)
        self._stop_event = Event()

    def run(self) -> None:
        """Evaluate until stopped. Log an error and go on."""
        while not self._stop_event.is_set():
            try:
                evaluate_if_due(clock.now())
            except Exception:
                logger.exception("The alerts could not be evaluated.")
            finally:
                connections.close_all()  # those of this thread
            self._stop_event.wait(INTERVAL)

    def stop(self) -> None:
        """Stop the thread after the evaluation in hand, without waiting for it."""
        self._stop_event.set()
