"""Examine the triggers."""

from collections.abc import Iterator

from newsroom.operations.doctor.registry import Diagnosis, fault
from stories.publishing import triggers


def examine_triggers() -> Iterator[Diagnosis]:
    """Yield a fault if the database lacks a trigger."""
    if missing := triggers.missing():
        more = f" {len(missing) - 1} more are missing." if len(missing) > 1 else ""
        yield fault(f"A rule is missing in the database: {missing[0]}.{more}", "Run manage.py migrate.")
