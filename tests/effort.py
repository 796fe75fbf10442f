"""Bounds the work that an input may make, without a clock on the wall: processor time with a wide margin, and growth."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

import pytest

_EVENTS = (sys.monitoring.events.LINE, sys.monitoring.events.PY_YIELD)
_AGAIN = 1.0  # seconds after which somebody is stopped again who went on all the same


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail what runs here once it took so much processor time; waiting for other processes does not count.

    What is meant is seconds or minutes, so leave it ten times what is needed: slow machines must not fail.
    """

    def stop(signal_number: int, frame: FrameType | None) -> None:
        pytest.fail(f"It takes more than {seconds} seconds of processor time.")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def lines_run(work: Callable[[], object]) -> int:
    """Return how many lines of Python ``work`` runs, each step of a generator as one more.

    What runs inside regular expressions and in C is not seen.
    """
    count = 0

    def add(code: CodeType, *place: object) -> None:
        nonlocal count
        count += 1

    monitoring, tool = sys.monitoring, sys.monitoring.PROFILER_ID
    monitoring.use_tool_id(tool, "lines_run")
    for event in _EVENTS:
        monitoring.register_callback(tool, event, add)
    monitoring.set_events(tool, sum(_EVENTS))
    try:
        work()
    finally:
        monitoring.set_events(tool, monitoring.events.NO_EVENTS)
        for event in _EVENTS:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
    return count
