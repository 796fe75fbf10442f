"""Share between processes which edition of each story is committed."""

import mmap
import re
from collections.abc import Mapping
from pathlib import Path

_BYTES = 8
_MARK = re.compile(rb"edition(\d+)of(\d+)\b")


def format_mark(edition: int, story: int) -> str:
    """Return the word by which a text states its edition and its story."""
    return f"edition{edition}of{story}"


class Ledger:
    """One number for each of ``stories`` stories in a file that several processes map: the newest committed edition.

    Numbers only grow. A number is written after the commit, so a reader of it knows that the edition exists.
    """

    def __init__(self, path: Path, stories: int) -> None:
        if not path.exists():
            path.write_bytes(bytes(_BYTES * stories))
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), _BYTES * stories)
        self._numbers = memoryview(self._map).cast("q")

    def committed(self, story: int) -> int:
        """Return the newest committed edition of a story, 0 before the first edition with a mark."""
        return self._numbers[story]

    def record_commit(self, story: int, edition: int) -> None:
        """Record that an edition is committed."""
        self._numbers[story] = edition

    def list_committed(self) -> list[int]:
        """Return the newest committed edition of each story."""
        return self._numbers.tolist()


def find_stale(body: bytes, before: Mapping[int, int] | list[int], *, own: int | None = None) -> str | None:
    """Return what on a page is older than ``before``, the editions committed before the request; None if nothing is.

    ``own`` is the number of the story whose page it is, which must show one of its editions.
    """
    shown: set[int] = set()
    for edition, story in _MARK.findall(body):
        shown.add(int(story))
        if int(edition) < before[int(story)]:
            return f"edition {int(edition)} of story {int(story)}, of which {before[int(story)]} was committed"
    if own is not None and before[own] and own not in shown:
        return f"none of story {own}, of which edition {before[own]} was committed"
    return None
