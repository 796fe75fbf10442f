"""Make the list of breached passwords from a public list of lines like ``SHA-1:COUNT``, sorted by SHA-1."""

import fcntl
import os
import re
from binascii import unhexlify
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from newsroom.accounts.breached_passwords.lookup import PREFIX_LENGTH

MAX_LINE_LENGTH = 128  # bytes
PROGRESS_INTERVAL = 100_000  # lines
_LINE = re.compile(rb"([0-9A-Fa-f]{40}):([0-9]{1,12})\r?\n?")


class InvalidLineError(Exception):
    """Raised for a line that is malformed or out of order. The message contains the number of the line."""


class NothingToLoadError(Exception):
    """Raised if no password was counted often enough."""


class LoadingError(Exception):
    """Raised if another process is writing the list."""


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The number of lines that were read, and the number of passwords in the new list."""

    lines: int
    passwords: int


def load_list(source: BinaryIO, target: Path, *, minimum_count: int, progress: Callable[[int], None]) -> LoadResult:
    """Write to ``target`` a list of the passwords in ``source`` that were counted at least ``minimum_count`` times.

    ``target`` is replaced at the end, in one step. ``progress`` is called with the number of bytes read so far.
    On InvalidLineError, NothingToLoadError, LoadingError or OSError, ``target`` is unchanged.
    """
    with _replacement(target) as output:
        lines, length, passwords, last = 0, 0, 0, b""
        for line, digest, count in _read_lines(source):
            lines, length = lines + 1, length + len(line)
            prefix = unhexlify(digest[: 2 * PREFIX_LENGTH])
            if count >= minimum_count and prefix != last:
                output.write(prefix)
                passwords, last = passwords + 1, prefix
            if lines % PROGRESS_INTERVAL == 0:
                progress(length)
        if not passwords:
            raise NothingToLoadError
    return LoadResult(lines, passwords)


def _read_lines(source: BinaryIO) -> Iterator[tuple[bytes, bytes, int]]:
    """Yield each line with its digest and its count.

    Raise InvalidLineError for a line that is malformed or out of order.
    """
    previous = b""
    for number, line in enumerate(iter(partial(source.readline, MAX_LINE_LENGTH), b""), 1):
        parts = _LINE.fullmatch(line)
        if parts is None:
            raise InvalidLineError(f"line {number} is not a SHA-1 in hexadecimal, a colon and a count.")
        digest = parts[1].upper()
        if digest <= previous:
            raise InvalidLineError(f"line {number} is not in order: the list must be sorted by SHA-1.")
        previous = digest
        yield line, digest, int(parts[2])


@contextmanager
def _replacement(target: Path) -> Iterator[BinaryIO]:
    """Open a file that replaces ``target`` at the end of the block, unless the block raises an exception.

    Raise LoadingError if another process is writing the list.
    """
    path = target.with_name(f"{target.name}.part")
    with path.open("ab") as output:
        try:
            fcntl.flock(output, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LoadingError from error
        if not path.exists() or os.fstat(output.fileno()).st_ino != path.stat().st_ino:
            raise LoadingError  # another run has just moved or deleted this file
        try:
            output.truncate(0)  # remove what a killed run left
            yield output
            output.flush()
            path.chmod(0o644)  # the list is public, and another user may run the site
            os.fsync(output.fileno())
            path.replace(target)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
