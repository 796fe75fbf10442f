"""Wait for a condition that a process, a thread or a server will meet."""

from collections.abc import Callable
from time import monotonic, sleep

WAIT = 60.0  # seconds, on a busy machine


def wait_until(condition: Callable[[], bool], within: float = WAIT, describe: Callable[[], str] = str) -> None:
    """Wait until the condition is true. Fail after ``within`` seconds, with the message that ``describe`` returns."""
    end = monotonic() + within
    while not condition():
        assert monotonic() < end, describe()
        sleep(0.05)
