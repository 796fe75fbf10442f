"""Writes that are given up where another one stands in their way, or nothing is taken: a reader never waits for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from newsroom.db.outages import UNWRITTEN


def try_write(write: Callable[[], object]) -> bool:
    """Call ``write``, which writes to the database; return whether it could be done, without waiting for a lock."""
    try:
        with _in_no_time():
            write()
    except UNWRITTEN:
        return False
    return True


@contextmanager
def _in_no_time() -> Iterator[None]:
    """Let the database raise OperationalError where it would wait for a lock."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        seconds = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
        # Said to the driver: what is no question to the database need not pass through all that watches those.
        connection.connection.execute("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")
        return
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = 1")
        try:
            yield
        finally:
            cursor.execute("RESET lock_timeout")
