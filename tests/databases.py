"""Empty databases for tests that begin before the first migration, or from a dump."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.contrib.contenttypes.models import ContentType
from django.db import connection


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


def load(dump: Path) -> None:
    """Run the SQL of a dump in the database that the connection points at."""
    script = dump.read_text(encoding="utf-8")
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executescript(script)
        else:
            cursor.execute(script)
    connection.close()  # pg_dump empties the search path of its session


def _connect_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()  # the same model may have another key there
