"""The limit on the processor time that the parsing of a file may take."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time

from stories.documents.parse.notes import UnreadableDocumentError

MAX_SECONDS = 5.0

_limit: ContextVar[tuple[float, float]] = ContextVar("limit", default=(math.inf, math.inf))  # the deadline, the seconds


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Make ``check_time`` refuse the file once the block has used ``seconds`` of this thread's processor time."""
    token = _limit.set((thread_time() + seconds, seconds))
    try:
        yield
    finally:
        _limit.reset(token)


def check_time(line: int) -> None:
    """Raise UnreadableDocumentError, with the line that parsing has reached, if the time is used up."""
    deadline, seconds = _limit.get()
    if thread_time() > deadline:
        raise UnreadableDocumentError(
            line, f"This text takes longer than {seconds:g} seconds to read. Import it in parts."
        )
