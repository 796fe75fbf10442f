"""Examine the clock."""

from collections.abc import Iterator

from newsroom.audit.apps import is_clock_right
from newsroom.http import clock
from newsroom.operations.doctor import machine
from newsroom.operations.doctor.registry import Diagnosis, fault, warning


def examine_clock() -> Iterator[Diagnosis]:
    """Yield a fault if this machine's clock differs from the database's, or the newest audit entry is in the future.

    Yield a warning if nothing sets the clock.
    """
    if sentence := clock.describe_skew():
        yield fault(sentence)
    elif not is_clock_right():
        yield fault("The newest entry of the activity log is in the future.", "Start time synchronisation.")
    elif machine.clock_is_synchronised() is False:
        yield warning("Nothing synchronises the clock of this machine.", "Start systemd-timesyncd.")
