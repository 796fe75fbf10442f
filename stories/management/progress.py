"""A bar for what takes longer than a breath, drawn on a terminal and nowhere else."""

import time

from django.core.management.base import OutputWrapper

WIDTH = 30
LONGEST = 80  # characters beside the bar: what was longer before is written over
PATIENCE = 2.0  # seconds during which nothing is drawn


class ProgressBar:
    """Draws how far something is, and how fast it goes, over the line before."""

    def __init__(self, output: OutputWrapper, what: str) -> None:
        self._output = output
        self._what = what
        self._begun = time.monotonic()
        self._is_drawn = False

    def show(self, done: int, total: int) -> None:
        """Draw that ``done`` of ``total`` are done, once it takes longer than ``PATIENCE``."""
        gone = time.monotonic() - self._begun
        if not self._output.isatty() or gone < PATIENCE:
            return
        self._is_drawn = True
        full = WIDTH * done // max(total, 1)
        told = f"{done:,}/{total:,} {self._what}, {60 * done / max(gone, 1.0):,.0f} a minute"
        self._output.write(f"\r[{'#' * full}{'.' * (WIDTH - full)}] {told:<{LONGEST}}", str, ending="")
        self._output.flush()

    def end(self) -> None:
        """Leave the line, so that what is written next stands below."""
        if self._is_drawn:
            self._output.write("", str)
