"""The lock that lets only one process of a machine at a time make or delete backups."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from newsroom.operations.commands import LockedError


@contextmanager
def backup_lock() -> Iterator[None]:
    """Acquire the lock for the duration of the block. Raise LockedError if another process of this machine holds it."""
    # The kernel releases the lock when the process ends, however it ends.
    with (settings.VAR_DIR / "backup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockedError("Another process is making or deleting backups. Wait until it has ended.") from error
        yield
