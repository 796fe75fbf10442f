"""Finds Redis; scripts/test asks as well, with no more than Python itself brings."""

import os
import shutil


def find_redis() -> str | None:
    """Return the path of redis-server, None where it is missing."""
    return shutil.which("redis-server", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
