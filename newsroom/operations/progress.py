"""A progress bar for commands that take longer than two seconds, drawn on terminals only."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
TEXT_WIDTH = 80  # characters; padding overwrites a longer text that was drawn before
DELAY = 2.0  # seconds before the bar is drawn for the first time


class ProgressBar:
    """A line on a terminal that shows progress and speed, and is redrawn in place."""

    def __init__(self, output: OutputWrapper, noun: str) -> None:
        self._output = output
        self._noun = noun
        self._started_at = time.monotonic()
        self._is_drawn = False

    def show(self, done: int, total: int) -> None:
        """Draw the progress, ``done`` of ``total``, on a terminal, once the bar is ``DELAY`` seconds old."""
        elapsed = time.monotonic() - self._started_at
        if not self._output.isatty() or elapsed < DELAY:
            return
        self._is_drawn = True
        filled = WIDTH * done // max(total, 1)
        text = f"{done:,}/{total:,} {self._noun}, {60 * done / max(elapsed, 1.0):,.0f} a minute"
        self._output.write(f"\r[{'#' * filled}{'.' * (WIDTH - filled)}] {text:<{TEXT_WIDTH}}", str, ending="")
        self._output.flush()

    def end(self) -> None:
        """End the line, so that the next output begins below it."""
        if self._is_drawn:
            self._output.write("", str)
