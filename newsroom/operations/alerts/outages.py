"""Alerts about a database that does not answer or takes no writes, and therefore cannot store them.

The state of each outage is stored in files in ``VAR_DIR``, which the processes of a machine share, so that only one of
them sends each message. The times are the modification times of the files, because on a full disk nothing can be
written to a file.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

from newsroom.operations.alerts.delivery import REPEAT_AFTER
from newsroom.operations.alerts.messages import State, tell
from newsroom.operations.models import Alert, AlertLevel

DATABASE, WRITES = "database", "writes"
CODES = (DATABASE, WRITES)
# A restart of the database is usually over by the next evaluation, and is not reported.
HOLD = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of an outage.

    ``since`` contains the description of the outage, and its modification time is the time at which the outage began.
    The modification time of ``told`` is the time of the last message.
    """

    since: Path
    told: Path


def report(code: str, words: str, *, at: datetime) -> None:
    """Record an outage, and tell administrators once it has lasted for ``HOLD``, and then at intervals."""
    with _lock() as is_held:
        if not is_held:
            return
        alert = read(code) or _begin(code, words, at)
        last = _time_of(_files(code).told)
        if alert.told is None:
            is_due = at - alert.since >= HOLD and (last is None or at - last >= REPEAT_AFTER)
            state = State.BEGUN
        else:
            hours = settings.ALERT_REMIND_HOURS
            is_due, state = bool(hours) and at - alert.told >= timedelta(hours=hours), State.REMINDER
        if is_due and tell(alert, state, words=words, at=at):
            _set_time(_files(code).told, at)


def end(code: str, *, at: datetime) -> None:
    """Record that an outage has ended, if there was one, and tell administrators if they know of it.

    If they cannot be told, the outage remains recorded, so that the next call tries again.
    """
    if not _files(code).since.exists():
        return
    with _lock() as is_held:
        alert = read(code) if is_held else None
        if alert is None:
            return
        alert.ended = at
        if alert.told is None or tell(alert, State.ENDED, at=at):
            _files(code).since.unlink(missing_ok=True)


def read(code: str) -> Alert | None:
    """Return the current outage as an unsaved alert, or None if there is none."""
    files = _files(code)
    if (since := _time_of(files.since)) is None:
        return None
    told = _time_of(files.told)
    return Alert(
        code=code,
        level=AlertLevel.RED,
        words=files.since.read_text("utf-8") or _FALLBACK[code],
        since=since,
        told=told if told and told >= since else None,
    )


_FALLBACK = {
    DATABASE: "The database does not answer.",
    WRITES: "Nothing can be saved: the database takes no writes. Readers are served.",
}


def _begin(code: str, words: str, at: datetime) -> Alert:
    path = _files(code).since
    path.touch(mode=0o600)
    with suppress(OSError):
        path.write_text(words, encoding="utf-8")
    _set_time(path, at)
    return Alert(code=code, level=AlertLevel.RED, words=words, since=at)


def _files(code: str) -> _Files:
    return _Files(_folder() / f"{code}.since", _folder() / f"{code}.told")


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "alerts"


def _time_of(path: Path) -> datetime | None:
    with suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return None


def _set_time(path: Path, at: datetime) -> None:
    path.touch(mode=0o600)
    os.utime(path, (at.timestamp(), at.timestamp()))


@contextmanager
def _lock() -> Iterator[bool]:
    """Yield whether this process holds the lock that lets only one process of a machine at a time send messages."""
    _folder().mkdir(mode=0o700, exist_ok=True)
    with (_folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
