"""Look up a password in the list of breached ones, without reading the list into memory.

The list is a file with the first ``PREFIX_LENGTH`` bytes of SHA-1 digests, in ascending order and without anything
between them.
"""

import hashlib
import mmap
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

# In bytes. Of a billion passwords that are not in a list of fifty million, fewer than one is expected to match a
# prefix.
PREFIX_LENGTH = 8
SAMPLES = 100  # the minimum number of prefixes whose order is checked when a list is opened; all, if it has fewer


class UnusableListError(Exception):
    """Raised if the file cannot be read or is not a valid list. The message names the file and the reason."""


class BreachedPasswords:
    """The list, in a memory-mapped file."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content

    def __len__(self) -> int:
        return len(self._content) // PREFIX_LENGTH

    def __getitem__(self, index: int) -> bytes:
        begin = index * PREFIX_LENGTH
        return self._content[begin : begin + PREFIX_LENGTH]

    def __contains__(self, password: str) -> bool:
        prefix = digest_prefix(password)
        index = bisect_left(self, prefix)
        return index < len(self) and self[index] == prefix

    def is_sorted(self) -> bool:
        """Return whether evenly spaced samples of the prefixes are in ascending order."""
        step = max(len(self) // SAMPLES, 1)
        return all(first < second for first, second in pairwise(self[index] for index in range(0, len(self), step)))


@contextmanager
def open_list(path: Path) -> Iterator[BreachedPasswords]:
    """Open the list for the duration of the block. Raise UnusableListError if it is unreadable, empty or damaged."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else None
    except OSError as error:
        raise UnusableListError(f"{path} cannot be read: {error.strerror}.") from error
    if content is None:
        raise UnusableListError(f"{path} is empty.")
    with content:
        breached_passwords = BreachedPasswords(content)
        if size % PREFIX_LENGTH or not breached_passwords.is_sorted():
            raise UnusableListError(f"{path} was not made by load_breached_passwords, or is damaged.")
        yield breached_passwords


def digest_prefix(password: str) -> bytes:
    """Return the bytes by which a password is found in the list."""
    # The public lists consist of SHA-1 digests; nothing here relies on the security of SHA-1.
    return hashlib.sha1(password.encode(errors="replace"), usedforsecurity=False).digest()[:PREFIX_LENGTH]
