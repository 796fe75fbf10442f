"""Single flight: one process builds a page while others that need it wait briefly."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from zlib import crc32

# The number of locks, which two different pages may share; and the time for which others wait, in seconds.
_TURNS = 256
MAX_WAIT = 0.25
_STEP = 0.004


@contextmanager
def single_flight(address: str, *, folder: Path, patience: float = MAX_WAIT) -> Iterator[bool]:
    """Wait until no other process on this machine builds the page at ``address``, for at most ``patience`` seconds.

    Yield whether another one held the lock meanwhile, so that the page may be stored now. The lock is on a file in
    ``folder`` and ends with its process, however that ends. A caller that waited in vain builds the page all the same.
    So does everybody if the file cannot be opened or locked.
    """
    try:
        file = _opened(folder / f"{crc32(address.encode()) % _TURNS:03}")
    except OSError:
        yield False
        return
    try:
        has_waited, end = False, monotonic() + patience
        while not _is_taken(file) and monotonic() < end:
            has_waited = True
            sleep(_STEP)
        yield has_waited
    finally:
        os.close(file)


def _opened(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _is_taken(file: int) -> bool:
    """Try to take the lock; return whether that succeeded, or True on a file system without locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
