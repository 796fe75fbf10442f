"""Limit or measure the work that an input causes, by processor time or by the number of lines run."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType

import pytest

_EVENTS = (sys.monitoring.events.LINE, sys.monitoring.events.PY_YIELD)
_REPEAT = 1.0  # seconds until the signal is sent again, in case the code caught the first failure


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Fail the test once the block has used this much processor time; waiting for other processes does not count.

    Set the limit to ten times the usual time, so that tests do not fail on slow machines. The purpose is to detect
    minutes of work.
    """

    def stop(signal_number: int, frame: FrameType | None) -> None:
        pytest.fail(f"It takes more than {seconds} seconds of processor time.")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds, _REPEAT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def lines_run(work: Callable[[], object]) -> int:
    """Return the number of lines of Python that ``work`` runs, plus one for each step of a generator.

    Regular expressions and other C code are not counted.
    """
    count = 0

    def increment(code: CodeType, *position: object) -> None:
        nonlocal count
        count += 1

    monitoring, tool = sys.monitoring, sys.monitoring.PROFILER_ID
    monitoring.use_tool_id(tool, "lines_run")
    for event in _EVENTS:
        monitoring.register_callback(tool, event, increment)
    monitoring.set_events(tool, sum(_EVENTS))
    try:
        work()
    finally:
        monitoring.set_events(tool, monitoring.events.NO_EVENTS)
        for event in _EVENTS:
            monitoring.register_callback(tool, event, None)
        monitoring.free_tool_id(tool)
    return count
