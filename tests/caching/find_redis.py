"""Find Redis. scripts/test imports this module, so it uses only the standard library."""

import os
import shutil


def find_redis() -> str | None:
    """Return the path of redis-server, or None if it is not installed."""
    return shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
