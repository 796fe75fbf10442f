"""Show the progress of a run: a bar on a terminal, otherwise a line for each part."""

import sys
import time
from typing import TextIO

WIDTH = 30
UPDATE_INTERVAL = 0.2  # seconds between updates


class Progress:
    """A line that shows the progress of a part."""

    def __init__(self, output: TextIO | None = None) -> None:
        self._output = output or sys.stderr
        self._is_terminal = self._output.isatty()
        self._part = ""
        self._drawn_at = 0.0

    def show(self, part: str, done: float, total: float) -> None:
        """Show that ``done`` out of ``total`` units of a part are complete.

        Without a terminal, show only that the part begins.
        """
        if not self._is_terminal:
            if part != self._part:
                self._output.write(f"{part} ...\n")
                self._output.flush()
            self._part = part
            return
        is_new, now = part != self._part, time.monotonic()
        if not is_new and done < total and now - self._drawn_at < UPDATE_INTERVAL:
            return
        self._part, self._drawn_at = part, now
        full = int(WIDTH * min(done / total, 1.0)) if total else WIDTH
        line = f"[{'#' * full}{'.' * (WIDTH - full)}] {100 * full // WIDTH:3d} % {part}"
        self._output.write(f"\r{line:<110.110}")
        self._output.flush()

    def clear(self) -> None:
        """Clear the line to make room for other output."""
        if self._is_terminal:
            self._output.write(f"\r{'':110}\r")
            self._output.flush()
