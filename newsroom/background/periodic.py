"""The registry of recurring checks, which each worker runs every minute beside its tasks."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import Error

logger = logging.getLogger(__name__)

type Check = Callable[[datetime], object]

_looks: dict[str, Check] = {}


def register_check(name: str, look: Check) -> None:
    """Have every worker call ``look`` with the current time, at its start and every minute.

    The function must return quickly: it finds out whether anything is due, and enqueues tasks for that. Several workers
    call it at once, so it must do everything only once, however often it is called.
    """
    _looks[name] = look


def run_checks(at: datetime) -> None:
    """Run all checks once. An error in one is logged and the others still run; a database error is raised."""
    for name, each in _looks.items():
        try:
            each(at)
        except Error:
            raise
        except Exception:
            logger.exception("Could not look after %s.", name)
