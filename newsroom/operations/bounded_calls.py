"""Calls of functions that may never return, such as those that read a disk or wait for another machine."""

from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from threading import Lock, Thread
from time import monotonic

from django.db import connections


class BoundedCall[**P, T]:
    """A function that is run in a thread of its own, named ``name``, so that callers wait for a limited time.

    A thread that waits for a hung disk cannot be ended. Only one thread runs at a time, so that at most one hangs.
    """

    def __init__(self, name: str, function: Callable[P, T]) -> None:
        self._name = name
        self._function = function
        self._lock = Lock()
        self._future: Future[T] | None = None
        self._began_at = 0.0  # on the monotonic clock

    def is_running(self) -> bool:
        return self._future is not None and not self._future.done()

    def run(self, within: float, /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the function and return its result, or raise its exception.

        While it is running, this waits for the result of that run. Raise TimeoutError ``within`` seconds after the run
        began.
        """
        with self._lock:
            if self._future is None or self._future.done():
                new: Future[T] = Future()
                began_at = monotonic()
                arguments = (new, partial(self._function, *args, **kwargs))
                Thread(target=_run, args=arguments, name=self._name, daemon=True).start()
                # Not before: if no thread can be started, this raises an error, and the next caller tries again.
                self._future, self._began_at = new, began_at
            future, remaining = self._future, self._began_at + within - monotonic()
        return future.result(max(remaining, 0.0))


def _run[T](future: Future[T], function: Callable[[], T]) -> None:
    try:
        try:
            result = function()
        finally:
            connections.close_all()  # only the connections of this thread
    except BaseException as error:  # noqa: BLE001  # BoundedCall.run raises it
        future.set_exception(error)
    else:
        future.set_result(result)
