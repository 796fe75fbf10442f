"""Locks that only one process at a time can hold, across all machines of a site."""

import fcntl
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from zlib import crc32

from django.conf import settings
from django.db import Error, connection

from newsroom.db.outages import first_line
from newsroom.operations.commands import LockedError

logger = logging.getLogger(__name__)

_NAMESPACE = 1_869_636_978  # namespace of these advisory locks, so that no other lock has the same key


@contextmanager
def exclusive_run(name: str, *, refusal: str) -> Iterator[None]:
    """Hold the lock ``name`` for the duration of the block.

    On PostgreSQL, each database has its own locks. On SQLite, the databases of one ``VAR_DIR`` share them.

    Raise LockedError with the message ``refusal`` if another process holds it. The lock is released when the process
    ends, even if it is killed.
    """
    lock = _lock_in_postgresql if connection.vendor == "postgresql" else _lock_file
    with lock(name) as is_held:
        if not is_held:
            raise LockedError(refusal)
        yield


@contextmanager
def _lock_file(name: str) -> Iterator[bool]:
    """Lock a file, and yield whether that succeeded.

    This is sufficient on SQLite, because only the processes of one machine use the database.
    """
    with (settings.VAR_DIR / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


@contextmanager
def _lock_in_postgresql(name: str) -> Iterator[bool]:
    """Acquire an advisory lock on a separate connection, and yield whether that succeeded."""
    # A pooler may run each transaction in a different session, so the lock belongs to a transaction. The transaction is
    # idle and has no snapshot, so it does not prevent rows from being vacuumed.
    own = connection.copy()
    try:
        own.set_autocommit(False)
        with own.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_NAMESPACE, crc32(name.encode()) - 2**31])
            [is_held] = cursor.fetchone()
        yield is_held
    finally:
        try:
            if own.connection is not None:
                own.rollback()  # the pool would warn about a transaction that is still open
        except Error as error:
            # The lock may be held for hours. What the block did is done, even if the connection was cut meanwhile.
            logger.warning("The connection that held the lock “%s” was cut: %s", name, first_line(error))
        finally:
            own.close()
