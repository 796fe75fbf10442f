"""The database into which a backup is restored. It must be empty, or contain a restore that was interrupted."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import Error, connection, connections

from newsroom.db.configure import configure_database
from newsroom.db.outages import first_line
from newsroom.db.pooler import is_pooled
from newsroom.db.second_connection import complete_config
from newsroom.operations import site_state
from newsroom.operations.commands import CannotRunError, UsageError

_VENDORS = {"newsroom.db.postgresql": "postgresql", "django.db.backends.sqlite3": "sqlite"}
VENDOR_NAMES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}
_SQLITE_COMPANIONS = ("-wal", "-shm", "-journal")
# A provider of databases may have schemas of its own in each of them.
_IS_OURS = (
    "(nspname = 'public' OR nspname !~ '^pg_' AND nspname <> 'information_schema'"
    " AND pg_get_userbyid(nspowner) = current_user)"
)
_LIST_SCHEMAS = f"SELECT quote_ident(nspname) FROM pg_namespace WHERE {_IS_OURS}"  # noqa: S608  # a constant
_COUNT_TABLES = {
    "postgresql": (
        "SELECT COUNT(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"  # noqa: S608  # as above
        f" WHERE relkind IN ('r', 'p') AND {_IS_OURS}"
    ),
    "sqlite": "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table'",
}


def parse_target(url: str) -> dict[str, Any]:
    """Return the configuration of the database at a URL, without a pool. Raise UsageError if the URL is invalid."""
    try:
        config = configure_database(url)
    except ValueError as error:
        # The message does not quote the URL, which may contain a password.
        scheme, separator, _ = url.partition("://")
        subject = f"“{scheme}://…”" if separator else "This"
        raise UsageError(
            f"{subject} is not the address of a database: postgres://user@host/name or sqlite:///path."
        ) from error
    return complete_config(config)


def vendor_of(config: dict[str, Any]) -> str:
    """Return *postgresql* or *sqlite*."""
    return _VENDORS[config["ENGINE"]]


@contextmanager
def default_database(config: dict[str, Any]) -> Iterator[None]:
    """Make this the default database of the process for the duration of the block."""
    previous = connections.databases["default"]
    _point_default_at(config)
    try:
        yield
    finally:
        _point_default_at(previous)


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What an interrupted restore has left. ``loaded`` is its backup, or None if that was not loaded completely."""

    loaded: site_state.LoadedBackup | None


def require_usable(config: dict[str, Any]) -> None:
    """Raise CannotRunError if the database cannot be opened or is behind a pooler.

    A SQLite file may be missing, but must not be in use.
    """
    if vendor_of(config) == "sqlite":
        _require_usable_file(Path(config["NAME"]))
        return
    with default_database(config):
        try:
            connection.ensure_connection()
            if is_pooled(connection):
                raise CannotRunError(
                    f"A pooler leads to {config['NAME']}, through which pg_restore cannot run. "
                    "Pass the address of PostgreSQL itself."
                )
        except Error as error:
            raise CannotRunError(f"The database {config['NAME']} cannot be opened: {first_line(error)}") from error


def find_unfinished(config: dict[str, Any]) -> Unfinished | None:
    """Return what an interrupted restore has left in the database, or None if the database is empty.

    Raise CannotRunError if it contains anything else.
    """
    if vendor_of(config) == "sqlite" and not Path(config["NAME"]).exists():
        return None
    with default_database(config):
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_TABLES[connection.vendor])
            count = int(cursor.fetchone()[0])
        if not count:
            return None
        if site_state.is_unfinished_restore():
            return Unfinished(site_state.find_loaded_backup())
    raise CannotRunError(f"{Path(config['NAME']).name} is not empty ({count} {'table' if count == 1 else 'tables'}).")


def empty(config: dict[str, Any]) -> None:
    """Delete the files of a SQLite database, or everything of the user in the schemas of a PostgreSQL database."""
    if vendor_of(config) == "sqlite":
        for ending in ("", *_SQLITE_COMPANIONS):
            Path(f"{config['NAME']}{ending}").unlink(missing_ok=True)
        return
    with default_database(config), connection.cursor() as cursor:
        cursor.execute(_LIST_SCHEMAS)
        for (schema,) in cursor.fetchall():
            cursor.execute(f"DROP SCHEMA {schema} CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _point_default_at(config: dict[str, Any]) -> None:
    connections["default"].close()
    del connections["default"]
    connections.databases["default"] = config
    ContentType.objects.clear_cache()  # a content type may have a different key in the other database


def _require_usable_file(path: Path) -> None:
    if not path.parent.is_dir():
        raise CannotRunError(f"The folder {path.parent} does not exist.")
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=1)) as database:
            database.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
            # Only the last connection to a database file may end its write-ahead log.
            is_alone = database.execute("PRAGMA journal_mode=DELETE").fetchone()[0] == "delete"
            if is_alone:
                database.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError:
        is_alone = False
    except sqlite3.DatabaseError as error:
        raise CannotRunError(f"{path.name} is there and is not a database: {error}.") from error
    if not is_alone:
        raise CannotRunError(f"{path.name} is in use. Stop newsroom-web and newsroom-worker.")
