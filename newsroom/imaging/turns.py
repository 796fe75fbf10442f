"""One picture at a time: threads of one process that decode at the same moment would add up their memory."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

# Held while a picture is decoded as it came in, or as it is kept: some 100 MB for one of 24 megapixels.
# Nobody asks a database meanwhile: whoever waits for a turn may hold a lock there.
LARGE = Lock()
# Held while a rendition is made for somebody who waits for it, from a plate of some 20 MB.
SMALL = Lock()


class TakenError(Exception):
    """Somebody else has the turn."""


@contextmanager
def without_waiting(turn: Lock) -> Iterator[None]:
    """Hold a turn that is free; raise TakenError where it is not, as each who waited would keep a thread from readers."""
    if not turn.acquire(blocking=False):
        raise TakenError
    try:
        yield
    finally:
        turn.release()


_MMAP_THRESHOLD = -3  # M_MMAP_THRESHOLD of malloc.h
_WHAT_IS_LARGE = 1024 * 1024


def _give_back_at_once() -> None:
    """Have glibc give each large piece of memory back to the machine as soon as it is free.

    By itself it keeps up to 64 MB in each thread for the next time once pieces of that size were freed (mallopt(3)).
    Other C libraries have no such setting, and need none.
    """
    setting = getattr(ctypes.CDLL(None), "mallopt", None)
    if setting is not None:
        setting(_MMAP_THRESHOLD, _WHAT_IS_LARGE)


_give_back_at_once()
