"""Single flight: while one process builds a page, others that need the page wait briefly."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from zlib import crc32

_LOCK_COUNT = 256  # two different pages may share a lock
MAX_WAIT = 0.25  # seconds
_POLL_INTERVAL = 0.004  # seconds


@contextmanager
def single_flight(address: str, *, folder: Path, max_wait: float = MAX_WAIT) -> Iterator[bool]:
    """Wait until no other process or thread on this machine is building the page at ``address``.

    The wait takes at most ``max_wait`` seconds. Yield whether the caller had to wait, in which case the page may have
    been stored. The lock is on a file in ``folder``; the system releases it even if the process is killed. The block
    also runs if the wait times out, or if the file cannot be opened or locked.
    """
    try:
        file = _open_lock_file(folder / f"{crc32(address.encode()) % _LOCK_COUNT:03}")
    except OSError:
        yield False
        return
    try:
        has_waited, end = False, monotonic() + max_wait
        while not _try_lock(file) and monotonic() < end:
            has_waited = True
            sleep(_POLL_INTERVAL)
        yield has_waited
    finally:
        os.close(file)


def _open_lock_file(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(file: int) -> bool:
    """Try to lock the file, and return whether that succeeded. Return True on a file system without locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
