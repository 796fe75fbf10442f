"""A record of the newest committed edition of each story, shared between processes."""

import mmap
import re
from collections.abc import Mapping
from pathlib import Path

_BYTES = 8
_MARK = re.compile(rb"edition(\d+)of(\d+)\b")


def format_mark(edition: int, story: int) -> str:
    """Return the word that identifies an edition and its story in a text."""
    return f"edition{edition}of{story}"


class Ledger:
    """The number of the newest committed edition of each of ``stories`` stories, in a file that several processes map.

    Numbers only increase. A number is written after the commit, so the edition exists whenever the number is read.
    """

    def __init__(self, path: Path, stories: int) -> None:
        if not path.exists():
            path.write_bytes(bytes(_BYTES * stories))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _BYTES * stories)
        self._numbers = memoryview(self._map).cast("q")

    def committed(self, story: int) -> int:
        """Return the number of the newest committed edition of a story, or 0 before the first edition with a mark."""
        return self._numbers[story]

    def record_commit(self, story: int, edition: int) -> None:
        """Record that an edition has been committed."""
        self._numbers[story] = edition

    def list_committed(self) -> list[int]:
        """Return the number of the newest committed edition of each story."""
        return self._numbers.tolist()


def find_stale(body: bytes, committed: Mapping[int, int] | list[int], *, own: int | None = None) -> str | None:
    """Return a description of stale content in ``body``, or None if there is none.

    ``committed`` holds, for each story, the newest edition committed before the request. ``own`` is the number of the
    story whose page this is. The page must show that story if an edition of it has been committed.
    """
    shown: set[int] = set()
    for edition, story in _MARK.findall(body):
        shown.add(int(story))
        if int(edition) < committed[int(story)]:
            return f"edition {int(edition)} of story {int(story)}, of which {committed[int(story)]} was committed"
    if own is not None and committed[own] and own not in shown:
        return f"none of story {own}, of which edition {committed[own]} was committed"
    return None
