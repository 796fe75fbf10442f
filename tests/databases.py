"""Databases for tests: empty, loaded from a dump, or restored after a test that commits."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """Point the connection at a new, empty database within the block; the database of the other tests is unchanged.

    On SQLite the database is a file in ``folder``. On PostgreSQL it is dropped after the block.
    """
    shared = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        name = str(folder / "empty.sqlite3")
    else:
        name = f"{shared}_empty"
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    _connect_to(name)
    try:
        yield
    finally:
        _connect_to(shared)
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')


class MigratedContent:
    """The content of the test database after its migrations, such as roles, permissions and content types.

    Copying it back is faster than Django's ``flush``, which empties every table and then creates the content again.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self._copy)
            return
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA migrated")
            self._tables = _find_filled_tables(cursor)
            for table in self._tables:
                cursor.execute(f"CREATE TABLE migrated.{table} AS TABLE {table}")

    def restore(self) -> None:
        """Restore this content, and remove everything that tests have committed."""
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy.backup(connection.connection)
            return
        with transaction.atomic(), connection.cursor() as cursor:
            # This disables all triggers, both ours and those of foreign keys.
            cursor.execute("SET LOCAL session_replication_role = replica")
            statements = [f"DELETE FROM {table}" for table in _find_filled_tables(cursor)]  # noqa: S608 -- names from the catalogue
            statements += [f"INSERT INTO {table} TABLE migrated.{table}" for table in self._tables]
            cursor.execute("; ".join(statements))


def _find_filled_tables(cursor: CursorWrapper) -> list[str]:
    """Return the quoted names of the PostgreSQL tables that contain or have contained rows."""
    cursor.execute(
        "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND pg_relation_size(oid) > 0 ORDER BY relname"
    )
    return [name for (name,) in cursor.fetchall()]


def load(dump: Path) -> None:
    """Execute the SQL of a dump in the database that the connection points at."""
    script = dump.read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executescript(script)
        else:
            cursor.execute(script)
    connection.close()  # the output of pg_dump empties the search path of the session


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # the content type of a model may have a different key there
