"""Find promtool, which comes with Prometheus. scripts/test imports this module, so it uses only the standard library."""

import shutil


def find_promtool() -> str | None:
    """Return the path of promtool, or None if it is not installed."""
    return shutil.which("promtool")
