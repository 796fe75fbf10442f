"""Counters and histograms of all processes on this machine.

Each process counts in its own mapped file, and all files are in one folder. When a process has ended, its counts are
added to the file ``total``, and its file is deleted. This module imports nothing that needs Django.
"""

import fcntl
import json
import logging
import mmap
import os
import secrets
import struct
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

# A file begins with ``_MARK``, an id, and the offset at which its records end. A record has a value, the length of its
# key, and its key, padded to a multiple of eight bytes.
_HEADER = struct.Struct("8s16sQ")
_RECORD = struct.Struct("dQ")
_MARK = b"counter1"
_END_OFFSET = 24
_INITIAL_SIZE = 65_536  # bytes
_TOTAL, _LOCK = "total", "lock"
_MAX_WAIT = 1.0  # seconds to wait for the folder lock
_POLL_INTERVAL = 0.01  # seconds
_SEPARATOR = "\t"
_PREFIX = "newsroom_"
SUM, UNBOUNDED = "sum", "+Inf"

logger = logging.getLogger(__name__)


# All declared metrics, in the order of their declaration.
_metrics: "list[Counter | Histogram]" = []


@dataclass(frozen=True, slots=True)
class Counter:
    """A number that only increases, for each combination of label values.

    A label must have few possible values, so they are never names, slugs or addresses.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _declare(self)

    def key(self, *values: str) -> str:
        """Return the key for these values of the labels, to be passed to ``add``."""
        return _SEPARATOR.join((self.name, *values))

    def count(self, *values: str, amount: float = 1.0) -> None:
        """Add an amount for these values of the labels."""
        add(self.key(*values), amount)


@dataclass(frozen=True, slots=True)
class Histogram:
    """The distribution of durations in seconds, for each combination of label values.

    ``bounds`` are the upper bounds of the buckets in ascending order. The last bucket has no upper bound.
    """

    name: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0)
    buckets: tuple[str, ...] = field(init=False)  # the upper bounds of all buckets as text

    def __post_init__(self) -> None:
        object.__setattr__(self, "buckets", (*map(str, self.bounds), UNBOUNDED))
        _declare(self)

    def observe(self, seconds: float, *values: str) -> None:
        """Add one duration for these values of the labels."""
        key = _SEPARATOR.join((self.name, *values))
        add(f"{key}{_SEPARATOR}{self.buckets[bisect_left(self.bounds, seconds)]}")
        add(f"{key}{_SEPARATOR}{SUM}", seconds)


def _declare(metric: Counter | Histogram) -> None:
    require_prefix(metric.name)
    _metrics.append(metric)


def require_prefix(name: str) -> None:
    """Raise ValueError if the name of a metric does not begin with the name of the product."""
    if not name.startswith(_PREFIX):
        raise ValueError(f"The name of a metric must begin with {_PREFIX}: {name}")


def list_metrics() -> "list[Counter | Histogram]":
    """Return the counters and histograms that the loaded modules declare."""
    return [*_metrics]


def split_key(key: str) -> list[str]:
    """Return the name of the metric and the values of its labels; for a histogram, the bucket or ``SUM`` is last."""
    return key.split(_SEPARATOR)


class _ProcessFile:
    """The values of this process: in a mapped file, or in memory if there is no folder or no usable file."""

    def __init__(self, folder: Path | None) -> None:
        self._file = -1
        if folder:
            # Without a file, what this process counts is never reported, but the site works.
            try:
                self._file = _create_file(folder)
            except OSError as error:
                logger.warning("This process does not count for /metrics: %s", error)
        self._map = self._open_map(_INITIAL_SIZE)
        self._map[: _HEADER.size] = _HEADER.pack(_MARK, secrets.token_bytes(16), _HEADER.size)
        self._end = _HEADER.size
        self.values = memoryview(self._map).cast("d")
        self.indices: dict[str, int] = {}

    def allocate(self, key: str) -> int:
        """Return the index in ``values`` of a new record with this key."""
        encoded = key.encode()
        size = _RECORD.size + -(-len(encoded) // 8) * 8
        while self._end + size > len(self._map):
            self._grow()
        self._map[self._end : self._end + _RECORD.size + len(encoded)] = _RECORD.pack(0.0, len(encoded)) + encoded
        index = self.indices[key] = self._end // 8
        self._end += size
        # Written last, so that a process that reads the file in the meantime finds only complete records.
        self._map[_END_OFFSET : _HEADER.size] = struct.pack("Q", self._end)
        return index

    def close(self) -> None:
        """Close the file. Its values remain and still count, as if the process had ended."""
        self.values.release()
        self._map.close()
        if self._file >= 0:
            os.close(self._file)

    def leave_to_parent(self) -> None:
        """Close the descriptor that a child inherited. The lock remains with the parent."""
        # The mapping is left to the garbage collector: another thread of the parent may have been replacing it.
        if self._file >= 0:
            os.close(self._file)

    def _grow(self) -> None:
        content = self._map[:]
        self.values.release()
        self._map.close()
        self._map = self._open_map(2 * len(content))
        self._map[: len(content)] = content
        self.values = memoryview(self._map).cast("d")

    def _open_map(self, size: int) -> mmap.mmap:
        if self._file >= 0:
            try:
                # If the disk is full, this raises OSError. Without it, writing to the mapping would kill the process.
                os.posix_fallocate(self._file, 0, size)
                return mmap.mmap(self._file, size)
            except OSError as error:
                logger.warning("This process does not count for /metrics any more: %s", error)
                os.close(self._file)
                self._file = -1
        return mmap.mmap(-1, size)


_folder: Path | None = None
_process_file: _ProcessFile | None = None
_lock = Lock()


def add(key: str, amount: float = 1.0) -> None:
    """Add an amount to the value of this process under a key."""
    with _lock:
        file = _process_file or _open_process_file()
        index = file.indices.get(key)
        if index is None:
            index = file.allocate(key)
        file.values[index] += amount


def write_to(folder: Path | None) -> None:
    """Count in a file in this folder from now on. Without a folder, count in memory for this process alone."""
    global _folder, _process_file
    with _lock:
        if _process_file:
            _process_file.close()
        _folder, _process_file = folder, None


def read_sums() -> dict[str, float]:
    """Return the sums over all processes, including those that have ended, keyed by record key.

    Without a folder, return an empty dict. Raise TimeoutError if another process holds the folder lock for too long.
    """
    if _folder is None or not _folder.is_dir():
        return {}
    with _lock_folder(_folder):
        sums, in_use = _fold_ended(_folder)
        for path in in_use:
            _, values = _parse(path.read_bytes())
            _add_to(sums, values)
    return sums


def _open_process_file() -> _ProcessFile:
    global _process_file
    if _folder and _folder.is_dir():
        # Ended processes are added to the total here too, because the sums of a site may never be read.
        with suppress(OSError), _lock_folder(_folder, max_wait=0):
            _fold_ended(_folder)
    _process_file = _ProcessFile(_folder)
    return _process_file


def _forget_process_file() -> None:
    """After a fork, make the child count in its own file."""
    global _lock, _process_file
    # Another thread of the parent may have held the lock.
    _lock = Lock()
    if _process_file:
        _process_file.leave_to_parent()
        _process_file = None


os.register_at_fork(after_in_child=_forget_process_file)


def _create_file(folder: Path) -> int:
    """Create the file of this process, and return its descriptor. The file is locked until it is closed."""
    # Processes of two containers may have the same id. The lock also works between them.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Other processes do not look at a hidden file. It gets its name only after it is locked.
    hidden = folder / f".{secrets.token_hex(8)}"
    file = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        number = 0
        while True:
            try:
                (folder / (f"{os.getpid()}-{number}" if number else str(os.getpid()))).hardlink_to(hidden)
                return file
            except FileExistsError:
                number += 1
    except OSError:
        os.close(file)
        raise
    finally:
        hidden.unlink()


@contextmanager
def _lock_folder(folder: Path, *, max_wait: float = _MAX_WAIT) -> Iterator[None]:
    """Lock the folder for the duration of the block.

    Raise TimeoutError if the lock cannot be acquired within ``max_wait`` seconds.
    """
    file = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        end = time.monotonic() + max_wait
        while not _try_lock(file):
            if time.monotonic() >= end:
                raise TimeoutError(f"{folder} is locked.")
            time.sleep(_POLL_INTERVAL)
        yield
    finally:
        os.close(file)


def _try_lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _fold_ended(folder: Path) -> tuple[dict[str, float], list[Path]]:
    """Add the counts of ended processes to the total, and delete their files.

    Return the values of the total, and the files of running processes.
    """
    total = folder / _TOTAL
    folded, sums = _read_total(total)
    files = [path for path in folder.iterdir() if path.name[0].isdigit()]
    in_use = [path for path in files if _is_in_use(path)]
    ended = [path for path in files if path not in in_use]
    if not ended:
        return sums, in_use
    found = []
    for path in ended:
        file_id, values = _parse(path.read_bytes())
        # A file with a known id was added before, but could not be deleted.
        if file_id not in folded:
            _add_to(sums, values)
        found.append(file_id)
    # The ids are stored with the values: if this process is killed now, no file is added twice.
    part = folder / f".{_TOTAL}"
    part.write_text(json.dumps({"folded": found, "values": sums}), encoding="utf-8")
    part.replace(total)
    for path in ended:
        path.unlink()
    return sums, in_use


def _is_in_use(path: Path) -> bool:
    """Return whether the process that counts in the file is running."""
    file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    try:
        return not _try_lock(file)
    finally:
        os.close(file)


def _read_total(path: Path) -> tuple[list[str], dict[str, float]]:
    """Return the ids of the files that were added last, and the values."""
    try:
        total = json.loads(path.read_bytes())
        return total["folded"], total["values"]
    except FileNotFoundError:
        return [], {}
    except (ValueError, KeyError, TypeError):
        logger.warning("The counts of ended processes in %s cannot be read, and begin at 0 again.", path)
        return [], {}


def _parse(content: bytes) -> tuple[str, dict[str, float]]:
    """Return the id and the values of a file. Leave out an incomplete record at the end."""
    if len(content) < _HEADER.size:
        return "", {}
    mark, file_id, end = _HEADER.unpack_from(content)
    values: dict[str, float] = {}
    offset = _HEADER.size
    while mark == _MARK and offset + _RECORD.size <= min(end, len(content)):
        value, length = _RECORD.unpack_from(content, offset)
        offset += _RECORD.size
        if offset + length > len(content):
            break
        values[content[offset : offset + length].decode(errors="replace")] = value
        offset += -(-length // 8) * 8
    return file_id.hex(), values


def _add_to(sums: dict[str, float], values: dict[str, float]) -> None:
    for key, value in values.items():
        sums[key] = sums.get(key, 0.0) + value
