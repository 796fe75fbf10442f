"""Lets one process build a page while others who want it wait a little."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from zlib import crc32

# So many pages can be built at once before two that differ share a turn; so long the others wait, in seconds.
_TURNS = 256
PATIENCE = 0.25
_STEP = 0.004


@contextmanager
def single_flight(address: str, *, folder: Path, patience: float = PATIENCE) -> Iterator[bool]:
    """Wait until nobody else on this machine builds what is at ``address``, no longer than ``patience`` seconds.

    Yields whether somebody else had the turn meanwhile, so that the page may be there now. The turn is a lock on a file
    in ``folder``: it ends with the process that has it, however that ends. Who has waited in vain builds all the same,
    and where no such file can be opened or locked everybody does.
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
    """Take the turn if it is free; say whether it is ours, or nobody's on a disk without locks."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True
