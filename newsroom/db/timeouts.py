"""Limits on the time that statements may take."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def limit_statements(seconds: float) -> Iterator[None]:
    """Limit each statement of this thread in the block to ``seconds``, including waits for locks.

    On SQLite, only waits for locks are limited.
    """
    milliseconds = round(seconds * 1000)
    set_limit, reset_limit = f"SET statement_timeout = {milliseconds}", "RESET statement_timeout"
    if connection.vendor == "sqlite":
        default_timeout = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
        set_limit, reset_limit = (
            f"PRAGMA busy_timeout = {milliseconds}",
            f"PRAGMA busy_timeout = {default_timeout * 1000:.0f}",
        )
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute(set_limit)
    try:
        yield
    finally:
        with connection.wrap_database_errors:
            connection.connection.execute(reset_limit)
