"""Examine the clock, for the doctor and for alerts."""

from collections.abc import Iterator
from datetime import datetime

from newsroom.audit.apps import is_clock_right
from newsroom.http import clock
from newsroom.operations.doctor import machine
from newsroom.operations.doctor.registry import Diagnosis, fault, warning


def find_wrong_clock(at: datetime) -> Iterator[Diagnosis]:
    """Yield a diagnosis if this machine's clock differs from the database's, or the newest audit entry is in the future.

    If the clocks differ so little that publishing is allowed, the diagnosis is a warning, otherwise a fault.
    """
    if sentence := clock.describe_skew():
        report = fault if abs(clock.skew()) > clock.MAX_SKEW_FOR_PUBLISHING else warning
        yield report(sentence)
    elif not is_clock_right():
        yield fault("The newest entry of the activity log is in the future.", "Start time synchronisation.")


def examine_synchronisation() -> Iterator[Diagnosis]:
    """Yield a warning if the clock is known not to follow a time server."""
    if machine.clock_is_synchronised() is False:
        yield warning("Nothing synchronises the clock of this machine.", "Start systemd-timesyncd.")
