"""Says in Django's system checks which guards are missing."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connections

from stories.guards.laying import missing


@register(Tags.database)
def guards_are_laid(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn of each database that was named and lacks a guard; ``migrate`` asks this too, just before it lays them."""
    return [
        Warning(
            f"The database “{name}” does not refuse all that it should, {len(found)} in number: {found[0]}.",
            hint="Run manage.py migrate, which lays the guards.",
            id="stories.W001",
        )
        for name in databases or ()
        if (found := missing(connections[name]))
    ]
