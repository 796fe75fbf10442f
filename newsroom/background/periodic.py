"""What is looked at again and again beside the tasks: whether somebody has to be told something today."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import Error

logger = logging.getLogger(__name__)

type Look = Callable[[datetime], object]

_looks: dict[str, Look] = {}


def register(name: str, look: Look) -> None:
    """Have every worker call ``look`` with the present moment, at its start and each minute.

    It says quickly whether something is due and enqueues tasks for that; several workers call it at once, so it does
    each thing once however often it is called.
    """
    _looks[name] = look


def look(at: datetime) -> None:
    """Look at everything once. One that fails keeps no other from being looked at; a database error is raised."""
    for name, each in _looks.items():
        try:
            each(at)
        except Error:
            raise
        except Exception:
            logger.exception("Could not look after %s.", name)
