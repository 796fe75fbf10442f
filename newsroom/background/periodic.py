"""The registry of recurring checks, which each worker runs every minute in addition to its tasks."""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import Error

from newsroom.operations.bounded_calls import BoundedCall

# The time for which a check that may hang is waited for. Even if all of them hang at once, the next heartbeat comes in
# time, and after that they are not waited for again.
WAIT = 5.0  # seconds
_FAILED = "Could not look after %s."

logger = logging.getLogger(__name__)

type Check = Callable[[datetime], object]

_checks: dict[str, Check] = {}


def register_check(name: str, check: Check, *, may_hang: bool = False) -> None:
    """Register a function that every worker calls with the current time, when it starts and then every minute.

    The function must return within seconds, because the worker writes no heartbeat meanwhile. If it reads or writes
    files, or asks another machine, pass ``may_hang``: it is then run in a thread of its own, one run at a time. Several
    workers may call the function at the same time, so it must be idempotent.
    """
    _checks[name] = _DetachedCheck(name, check) if may_hang else check


def run_checks(at: datetime) -> None:
    """Run all checks once. Log an error in a check and run the others, but re-raise a database error.

    A check that may hang is waited for ``WAIT`` seconds at most. If its last run has not ended, it is not run again.
    """
    for name, check in _checks.items():
        try:
            check(at)
        except Error:
            raise
        except Exception:
            logger.exception(_FAILED, name)


class _DetachedCheck:
    """A check that runs in a thread of its own. All its errors are logged there."""

    def __init__(self, name: str, check: Check) -> None:
        self._name = name
        self._check = check
        self._call = BoundedCall(f"check-{name}", self._run)

    def __call__(self, at: datetime) -> None:
        if self._call.is_running():
            logger.warning("Looking after %s has not ended since the last time.", self._name)
            return
        with suppress(TimeoutError):
            self._call.run(WAIT, at)

    def _run(self, at: datetime) -> None:
        try:
            self._check(at)
        except Error as error:
            logger.warning("The database did not let the worker look after %s: %s", self._name, error)
        except Exception:
            logger.exception(_FAILED, self._name)
