"""Limits on the time that statements may take, and on the time that they wait for locks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def limit_statements(seconds: float) -> Iterator[None]:
    """Limit each statement of this thread in the block to ``seconds``, including waits for locks.

    On PostgreSQL, the block runs in a transaction. On SQLite, only waits for locks are limited.
    """
    milliseconds = round(seconds * 1000)
    if connection.vendor == "postgresql":
        with set_in_transaction("statement_timeout", milliseconds):
            yield
        return
    default_timeout = float(connection.settings_dict["OPTIONS"].get("timeout", 5))
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute(f"PRAGMA busy_timeout = {milliseconds}")
    try:
        yield
    finally:
        with connection.wrap_database_errors:
            connection.connection.execute(f"PRAGMA busy_timeout = {default_timeout * 1000:.0f}")


@contextmanager
def set_in_transaction(name: str, value: int) -> Iterator[None]:
    """Run the block in a PostgreSQL transaction in which the setting ``name`` has this value.

    Inside another transaction, the setting has its default again after the block.
    """
    # A pooler may run each transaction in a different session, so a setting of the session would reach other clients.
    is_nested = connection.in_atomic_block
    with transaction.atomic():
        _set_locally(name, str(value))
        yield
        if is_nested:
            _set_locally(name, "DEFAULT")


def _set_locally(name: str, value: str) -> None:
    # On the driver's connection, because a setting need not pass through Django's execution wrappers.
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.execute(f"SET LOCAL {name} = {value}", prepare=False)
