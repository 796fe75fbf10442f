"""A progress bar for commands that take longer than two seconds, drawn on terminals only."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
TEXT_WIDTH = 80  # characters beside the bar; padding erases a longer text that was drawn before
DELAY = 2.0  # seconds during which nothing is drawn


class ProgressBar:
    """A line on a terminal that shows progress and speed, and is drawn over itself."""

    def __init__(self, output: OutputWrapper, what: str) -> None:
        self._output = output
        self._what = what
        self._begun = time.monotonic()
        self._is_drawn = False

    def show(self, done: int, total: int) -> None:
        """Draw that ``done`` of ``total`` are done, once more than ``PATIENCE`` seconds have passed."""
        gone = time.monotonic() - self._begun
        if not self._output.isatty() or gone < DELAY:
            return
        self._is_drawn = True
        full = WIDTH * done // max(total, 1)
        told = f"{done:,}/{total:,} {self._what}, {60 * done / max(gone, 1.0):,.0f} a minute"
        self._output.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {told:<{TEXT_WIDTH}}", str, ending="")
        self._output.flush()

    def end(self) -> None:
        """End the line, so that the next output begins below it."""
        if self._is_drawn:
            self._output.write("", str)
