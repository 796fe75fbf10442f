"""Databases for tests: empty, loaded from a dump, or restored after a test that commits."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.contrib.contenttypes.models import ContentType
from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg.errors import LockNotAvailable

LOCK_TIMEOUT = 120  # seconds
# A pooler may keep connections to the database that nobody uses.
DROP_DATABASE = 'DROP DATABASE IF EXISTS "{}" WITH (FORCE)'
_RETRY_INTERVAL = 0.02  # seconds
_LOCK_ERRORS = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


def database_url() -> str:
    """Return the URL of the database of the test, for separate processes."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else _url_of("DATABASE_URL", name)


def process_variables(folder: Path) -> dict[str, str]:
    """Return what a process that runs on the database of the test, and writes to ``folder``, needs in its environment."""
    return {
        "DJANGO_SETTINGS_MODULE": "tests.process_settings",
        "DATABASE_URL": database_url(),
        "FOLDER_OF_TEST": str(folder),
    }


def copy_sqlite(path: Path) -> None:
    """Copy the SQLite database of the test to a file."""
    with closing(sqlite3.connect(path)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)


def direct_url(name: str = "") -> str:
    """Return the URL of a PostgreSQL database, past a pooler: the one with this name, or by default that of the test."""
    variable = "DATABASE_DIRECT_URL" if os.environ.get("DATABASE_DIRECT_URL") else "DATABASE_URL"
    return _url_of(variable, name or connection.settings_dict["NAME"])


def _url_of(variable: str, name: str) -> str:
    return f"{os.environ[variable].rpartition('/')[0]}/{name}"


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
                cursor.execute(DROP_DATABASE.format(name))


class MigratedContent:
    """The rows of the test database after its migrations, such as roles, permissions and content types.

    Copying them back is faster than Django's ``flush``, which empties every table and then creates the rows again.
    """

    def __init__(self) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            self._copy = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self._copy)
            return
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS migrated CASCADE")  # of an earlier run with --reuse-db
            cursor.execute("CREATE SCHEMA migrated")
            self._tables = _find_tables(cursor, min_size=1)
            for table in self._tables:
                cursor.execute(f"CREATE TABLE migrated.{table} AS TABLE {table}")

    def restore(self) -> None:
        """Restore these rows, and remove all others, including those of transactions in progress.

        Wait at most ``LOCK_TIMEOUT`` seconds for such transactions to end, then raise OperationalError. On PostgreSQL,
        the definitions of tables, triggers and other schema objects are not restored, nor are sequences.
        """
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            connection.connection.execute(f"PRAGMA busy_timeout = {LOCK_TIMEOUT * 1_000:.0f}")
            with connection.wrap_database_errors:
                self._copy.backup(connection.connection, progress=_raise_if_locked)
            return
        last_attempt_at = monotonic() + LOCK_TIMEOUT
        while True:
            try:
                self._replace_rows()
                break
            except OperationalError as error:
                if not isinstance(error.__cause__, LockNotAvailable) or monotonic() > last_attempt_at:
                    raise
            sleep(_RETRY_INTERVAL)

    def _replace_rows(self) -> None:
        """Replace all rows of a PostgreSQL database with these. Raise OperationalError if a transaction is in progress."""
        with transaction.atomic(), connection.cursor() as cursor:
            # DELETE does not see the rows of a transaction in progress. Waiting for its locks while holding others
            # could cause a deadlock.
            cursor.execute(f"LOCK TABLE {', '.join(_find_tables(cursor))} IN ACCESS EXCLUSIVE MODE NOWAIT")
            # This disables all triggers, both ours and those of foreign keys.
            cursor.execute("SET LOCAL session_replication_role = replica")
            statements = [f"DELETE FROM {table}" for table in _find_tables(cursor, min_size=1)]  # noqa: S608 -- names from the catalogue
            statements += [f"INSERT INTO {table} TABLE migrated.{table}" for table in self._tables]
            cursor.execute("; ".join(statements))


def _raise_if_locked(status: int, _remaining: int, _total: int) -> None:
    """Raise an error for a step of a backup that waited for a lock in vain; ``Connection.backup`` would repeat it."""
    if status in _LOCK_ERRORS:
        raise sqlite3.OperationalError("Another connection does not release its lock on the test database.")


def _find_tables(cursor: CursorWrapper, *, min_size: int = 0) -> list[str]:
    """Return the quoted names of the PostgreSQL tables of at least ``min_size`` bytes.

    A table that has never contained a row has a size of 0.
    """
    cursor.execute(
        "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        " AND pg_relation_size(oid) >= %s ORDER BY relname",
        [min_size],
    )
    return [name for (name,) in cursor.fetchall()]


def load(dump: Path) -> None:
    """Execute the SQL of a dump in the database that the connection points at."""
    script = dump.read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executescript(script)
        else:
            # The output of pg_dump empties the search path of the session, and a pooler would give that session to
            # others.
            cursor.execute(f"{script}; RESET ALL")


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # the content type of a model may have a different key there
