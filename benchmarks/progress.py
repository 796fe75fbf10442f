"""Show the progress of a run: a bar on a terminal, a line for each part elsewhere."""

import sys
import time
from typing import TextIO

WIDTH = 30
EVERY = 0.2  # seconds between two updates


class Progress:
    """A line that shows how much of a part is done."""

    def __init__(self, output: TextIO | None = None) -> None:
        self._output = output or sys.stderr
        self._is_terminal = self._output.isatty()
        self._part = ""
        self._drawn = 0.0

    def show(self, part: str, done: float, total: float) -> None:
        """Show that ``done`` of ``total`` of a part are done; without a terminal, only that the part begins."""
        if not self._is_terminal:
            if part != self._part:
                self._output.write(f"{part} ...\n")
                self._output.flush()
            self._part = part
            return
        is_new, now = part != self._part, time.monotonic()
        if not is_new and done < total and now - self._drawn < EVERY:
            return
        self._part, self._drawn = part, now
        full = int(WIDTH * min(done / total, 1.0)) if total else WIDTH
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {100 * full // WIDTH:3d} % {part}"
        self._output.write(f"\r{line:<110.110}")
        self._output.flush()

    def clear(self) -> None:
        """Clear the line, so that other output can take its place."""
        if self._is_terminal:
            self._output.write(f"\r{'':110}\r")
            self._output.flush()
