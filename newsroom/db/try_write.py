"""Writes that fail instead of waiting for a lock, so that readers never wait for a write."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from newsroom.db.outages import WRITE_ERRORS
from newsroom.db.timeouts import set_in_transaction


def try_write(write: Callable[[], object]) -> bool:
    """Call ``write`` and return whether it succeeded.

    The call fails if it would have to wait for a lock, or if the database does not accept writes.
    """
    try:
        with _without_waiting():
            write()
    except WRITE_ERRORS:
        return False
    return True


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Make the database raise OperationalError within the block instead of waiting for a lock."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        seconds = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
        # Executed on the driver's connection, because a setting need not pass through Django's execution wrappers.
        connection.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        return
    with set_in_transaction("lock_timeout", 1):  # milliseconds; 0 would mean no limit
        yield
