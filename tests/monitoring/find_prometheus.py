"""Find Prometheus and its promtool. scripts/test imports this module, so it uses only the standard library."""

import shutil


def find_prometheus() -> str | None:
    """Return the path of the server, or None if it is not installed."""
    return shutil.which("prometheus")


def find_promtool() -> str | None:
    """Return the path of promtool, or None if it is not installed."""
    return shutil.which("promtool")
