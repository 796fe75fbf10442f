"""The registry of recurring checks, which each worker runs every minute in addition to its tasks."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import Error

logger = logging.getLogger(__name__)

type Check = Callable[[datetime], object]

_checks: dict[str, Check] = {}


def register_check(name: str, check: Check) -> None:
    """Register a function that every worker calls with the current time, when it starts and then every minute.

    The function must return within seconds, because the worker writes no heartbeat meanwhile. Several workers may call
    it at the same time, so it must be idempotent.
    """
    _checks[name] = check


def run_checks(at: datetime) -> None:
    """Run all checks once. Log an error in a check and run the others, but re-raise a database error."""
    for name, check in _checks.items():
        try:
            check(at)
        except Error:
            raise
        except Exception:
            logger.exception("Could not look after %s.", name)
