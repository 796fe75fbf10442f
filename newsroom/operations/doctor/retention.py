"""Examine whether expired data is deleted, and how much of a SQLite file is free after deletions."""

from collections.abc import Iterator
from datetime import timedelta

from django.db import connection

from newsroom.db.sqlite_file import free_share
from newsroom.http import clock
from newsroom.operations.doctor.registry import Diagnosis, Severity, warning
from newsroom.operations.models import TidyRun

MAX_AGE = timedelta(days=1)
FREE_SHARE = 0.25  # share of the SQLite file


def examine_retention() -> Iterator[Diagnosis]:
    """Yield a warning for each retention rule that failed, and another one if no rule has been run for a day."""
    runs = list(TidyRun.objects.order_by("name"))
    for run in runs:
        if run.error:
            yield warning(f"Expired data of “{run.name}” could not be deleted: {run.error}.", "Run manage.py tidy.")
    newest = max((run.ended_at for run in runs), default=None)
    if newest is None or clock.now() - newest > MAX_AGE:
        yield warning(
            "Expired data has not been deleted for a day.", "Start a worker, or run manage.py tidy each hour."
        )


def examine_space() -> Iterator[Diagnosis]:
    """Yield a warning if at least a quarter of the SQLite file is free. On PostgreSQL, yield an OK diagnosis."""
    if connection.vendor != "sqlite":
        yield Diagnosis(Severity.OK, "PostgreSQL uses the space of deleted rows again.")
    elif (share := free_share()) >= FREE_SHARE:
        yield warning(f"{100 * share:.0f} % of the database file is free.", "Run manage.py compact.")
