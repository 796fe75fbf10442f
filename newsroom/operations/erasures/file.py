"""Read and append to ``VAR_DIR/erasures.jsonl``, to which several processes may append at the same time."""

import fcntl
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings

from newsroom.errors import RefusedError
from newsroom.operations.erasures import lines
from newsroom.operations.erasures.lines import DamagedFileError, Line, LineState

LOCK_TIMEOUT = 10.0  # seconds; a line is written in milliseconds
_POLL_INTERVAL = 0.02  # seconds

logger = logging.getLogger(__name__)


class NotRecordedError(RefusedError):
    """Raised if an erasure cannot be recorded in the file, and must therefore be rolled back."""

    def __init__(self, path: Path, fault: str) -> None:
        super().__init__(f"{path} cannot be written, and nothing is erased without it: {fault.rstrip('.')}.")


def path() -> Path:
    """Return the path of the file. The file does not exist before the first erasure."""
    return settings.VAR_DIR / "erasures.jsonl"


def read(path: Path) -> list[Line]:
    """Return the lines of a file, and verify that no line was changed, removed or cut off.

    Lines that were removed from the end leave no trace in the file; the table of erasures still has them. Raise
    FileNotFoundError if the file does not exist, DamagedFileError if a line is damaged, and OSError if the file cannot
    be read.
    """
    return lines.decode_all(read_bytes(path), path)


def read_bytes(path: Path) -> bytes:
    """Return the content of a file, which is locked against appending. Raise the errors of ``Path.read_bytes``."""
    with path.open("rb") as file:
        # A copy may be on a file system without locks, where nobody appends to it.
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH)
        return file.read()


def append(line: Line) -> None:
    """Add a line to the file and sync it to the disk.

    If this fails, leave the file unchanged, and raise DamagedFileError if its last line is damaged, or else
    NotRecordedError.
    """
    with _open_locked() as descriptor:
        _write(descriptor, [line])


def add_missing(erasures: Iterable[Line]) -> int:
    """Record these erasures as done in the file, and return how many lines were added.

    An erasure that is not in the file gets two lines. One whose last line in the file has the state *begun* or *failed*
    gets a line with the state *done*. Raise DamagedFileError if the file is damaged, and NotRecordedError if it cannot
    be written.
    """
    done = [replace(line, state=LineState.DONE) for line in erasures]
    if not done and not path().exists():
        return 0
    with _open_locked() as descriptor:
        states = {line.id: line.state for line in lines.decode_all(_read_all(descriptor), path())}
        missing: list[Line] = []
        for line in done:
            if line.id not in states:
                missing.append(replace(line, state=LineState.BEGUN))
            if states.get(line.id) != LineState.DONE:
                missing.append(line)
        if missing:
            _write(descriptor, missing)
    return len(missing)


def replace_names(get_name: Callable[[Line], str]) -> int:
    """Rewrite the file with ``get_name(line)`` as the value of ``by`` in each line.

    Return how many lines have changed. Do nothing if the file does not exist or no line changes. Raise DamagedFileError
    if the file is damaged, and NotRecordedError if it cannot be written.
    """
    if not path().exists():
        return 0
    with _open_locked() as descriptor:
        content = _read_all(descriptor)
        count = sum(get_name(line) != line.by for line in lines.decode_all(content, path()))
        if count:
            _replace(lines.replace_names(content, path(), get_name))
    return count


@contextmanager
def _open_locked() -> Iterator[int]:
    """Open the file, create it if it is missing, and lock it. Remove an unfinished line at its end.

    Yield the file descriptor. Raise NotRecordedError for any OSError here or in the block.
    """
    try:
        descriptor = _lock()
        try:
            _remove_unfinished_line(descriptor)
            yield descriptor
        finally:
            os.close(descriptor)  # which also unlocks it
    except OSError as error:
        raise NotRecordedError(path(), error.strerror or str(error)) from error


def _lock() -> int:
    end = monotonic() + LOCK_TIMEOUT
    while True:
        descriptor = os.open(path(), os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # The file may have been moved away or replaced since it was opened.
            if path().exists() and os.path.samestat(os.fstat(descriptor), path().stat()):
                return descriptor
        except BlockingIOError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if monotonic() > end:
            raise TimeoutError(None, "Another process has locked it for too long")
        sleep(_POLL_INTERVAL)


def _remove_unfinished_line(descriptor: int) -> None:
    """Remove the last line if it has no line break, as after a crash of the machine.

    If the line is the first of its erasure, the erasure was not committed, because the commit waits until the line is
    on the disk. A line with the state *done* is added again by ``add_missing``.
    """
    content = _read_all(descriptor)
    complete = content.rfind(b"\n") + 1
    if complete < len(content):
        logger.warning("The last line of %s was never finished, and was removed: it had no effect.", path())
        os.ftruncate(descriptor, complete)
        os.fsync(descriptor)


def _write(descriptor: int, new: Iterable[Line]) -> None:
    existing = _read_all(descriptor)
    digest = _get_last_digest(existing)
    encoded_lines: list[bytes] = []
    for line in new:
        encoded, digest = lines.encode(line, digest)
        encoded_lines.append(encoded)
    remaining = b"".join(encoded_lines)
    try:
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
        os.fsync(descriptor)
        if not existing:
            _sync_folder()
    except BaseException:
        os.ftruncate(descriptor, len(existing))
        raise


def _replace(content: bytes) -> None:
    """Replace the file, which must be locked, in one step."""
    new = path().with_name(f"{path().name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123  # a path could not be given this mode
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        new.replace(path())
    finally:
        new.unlink(missing_ok=True)
    _sync_folder()


def _get_last_digest(content: bytes) -> bytes:
    if not content:
        return b""
    digest = lines.get_digest(content.splitlines()[-1])
    if digest is None:
        raise DamagedFileError(path(), content.count(b"\n"), "it was changed, or never was a line of this file.")
    return digest


def _read_all(descriptor: int) -> bytes:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0)


def _sync_folder() -> None:
    """Sync the folder to the disk, so that a new file survives a crash of the machine."""
    descriptor = os.open(path().parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
