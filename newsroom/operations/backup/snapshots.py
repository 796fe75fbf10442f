"""A copy of the database at one moment, made while others write to it, with the digests of its rows."""

import gzip
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from newsroom.db.configure import configure_database
from newsroom.db.pooler import direct_config, identify_database, is_pooled
from newsroom.db.second_connection import second_connection
from newsroom.operations import replica
from newsroom.operations.backup import postgresql, registry
from newsroom.operations.backup.manifest import DatabaseInfo
from newsroom.operations.backup.registry import SourceFile
from newsroom.operations.commands import CannotRunError

SQLITE_FILE = "database.sqlite3"
POSTGRESQL_FOLDER = "database"
_ALIAS = "snapshot"  # alias in ``connections`` while a snapshot is open
_COMPRESSION_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Contents:
    """The contents of a database as a manifest records them. Counts and digests are compared after a restore."""

    migrations: dict[str, str]
    counts: dict[str, int]
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A dumped database. ``files`` are the files to which its rows refer.

    If the replica was refused, ``remark`` says why.
    """

    taken_at: datetime
    database: DatabaseInfo
    contents: Contents
    files: list[SourceFile]
    remark: str


def dump(folder: Path, *, jobs: int, with_renditions: bool) -> Snapshot:
    """Write the default database to ``folder``, without excluded rows.

    Writers are not blocked on PostgreSQL, and only briefly on SQLite. Raise CommandError if the database cannot be
    dumped, or if the copy of a SQLite database is damaged.
    """
    open_snapshot = _snapshot_sqlite if connection.vendor == "sqlite" else _snapshot_postgresql
    with open_snapshot(folder, jobs) as (taken_at, database, remark):
        files = list(registry.iter_files(_ALIAS, with_renditions=with_renditions))
        return Snapshot(taken_at, database, read_contents(_ALIAS), files, remark)


def read_contents(alias: str) -> Contents:
    """Return the last migration of each app, the row count of each table that is not excluded, and the digests."""
    tables = sorted(set(connections[alias].introspection.table_names()) - registry.excluded_tables())
    with connections[alias].cursor() as cursor:
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT COUNT(*) FROM {connections[alias].ops.quote_name(table)}")  # noqa: S608  # from the catalogue
            counts[table] = int(cursor.fetchone()[0])
    # Leave out replaced migrations, whose names remain in the table.
    loader = MigrationLoader(connections[alias], ignore_no_migrations=True)
    applied = sorted(loader.applied_migrations.keys() & loader.disk_migrations.keys())
    digests = {name: _digest_rows(read(alias)) for name, read in registry.digests().items()}
    return Contents(dict(applied), counts, digests)


def _digest_rows(rows: Iterable[tuple[object, ...]]) -> str:
    digest = hashlib.sha256()
    for row in rows:
        digest.update(json.dumps(row, ensure_ascii=False, sort_keys=True).encode())
        digest.update(b"\n")
    return digest.hexdigest()


@contextmanager
def _snapshot_postgresql(folder: Path, jobs: int) -> Iterator[tuple[datetime, DatabaseInfo, str]]:
    with connection.cursor() as cursor:
        # Read in a statement before the snapshot, so that every transaction committed by then is part of the snapshot.
        cursor.execute(
            "SELECT clock_timestamp(), current_setting('server_version'), pg_database_size(current_database())"
        )
        taken_at, version, size = cursor.fetchone()
        cursor.execute("SELECT pg_current_wal_flush_lsn()")
        [position] = cursor.fetchone()
    source, remark = _choose_source(position)
    with second_connection(source, _ALIAS) as other, transaction.atomic(using=_ALIAS), other.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # Parallel workers would run at the same priority as those for readers.
        cursor.execute("SET LOCAL max_parallel_workers_per_gather = 0")
        _require_direct_source(other)
        cursor.execute("SELECT pg_export_snapshot()")
        exported = str(cursor.fetchone()[0])
        postgresql.dump(
            source,
            folder / POSTGRESQL_FOLDER,
            snapshot=exported,
            jobs=jobs,
            excluded_tables=registry.excluded_tables(),
        )
        yield taken_at, DatabaseInfo(vendor="postgresql", version=str(version), bytes=int(size)), remark


def _choose_source(position: str) -> tuple[Mapping[str, Any], str]:
    """Return the configuration of the database to dump, and the reason why a replica was refused, or an empty string.

    The replica must have replayed the primary's write-ahead log up to ``position``.
    """
    if settings.DATABASE_REPLICA_URL:
        try:
            with replica.open_replica(position=position):
                return replica.replica_config(), ""
        except replica.ReplicaRefusedError as error:
            return direct_config(), f"{error} The primary database was read instead."
    return direct_config(), ""


def _require_direct_source(source: BaseDatabaseWrapper) -> None:
    """Raise CannotRunError if a connection leads to a pooler or to a database other than the site's."""
    if is_pooled(source):
        raise CannotRunError(
            "pg_dump cannot run through a pooler. Set DATABASE_DIRECT_URL to the address of PostgreSQL itself."
        )
    if identify_database(source) != identify_database(connections["default"]):
        raise CannotRunError("DATABASE_DIRECT_URL names another database than DATABASE_URL.")


@contextmanager
def _snapshot_sqlite(folder: Path, jobs: int) -> Iterator[tuple[datetime, DatabaseInfo, str]]:
    copy = folder / SQLITE_FILE
    taken_at = timezone.now()
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as source, closing(sqlite3.connect(copy)) as target:
        # Copied in one step, because a copy in several steps starts again after each write.
        source.backup(target, pages=-1)
    _strip_sqlite(copy)
    size = copy.stat().st_size
    with second_connection(configure_database(f"sqlite:///{copy}"), _ALIAS) as opened:
        yield taken_at, DatabaseInfo(vendor="sqlite", version=sqlite3.sqlite_version, bytes=size), ""
        # Otherwise, a later reader of the file would also need the write-ahead log.
        opened.connection.execute("PRAGMA journal_mode=DELETE")
    with copy.open("rb") as plain, gzip.open(f"{copy}.gz", "wb", _COMPRESSION_LEVEL) as compressed:
        shutil.copyfileobj(plain, compressed, 1024 * 1024)
    copy.unlink()


def _strip_sqlite(copy: Path) -> None:
    """Delete the excluded rows, wipe their bytes, and check the file. Raise CommandError if it is damaged."""
    with closing(sqlite3.connect(copy, isolation_level=None)) as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        database.execute("PRAGMA journal_mode=DELETE")
        for table in sorted(registry.excluded_tables() & tables):
            database.execute(f'DELETE FROM "{table}"')  # noqa: S608  # from the catalogue
        database.execute("VACUUM")
        findings = [line for (line,) in database.execute("PRAGMA integrity_check")]
    if findings != ["ok"]:
        raise CommandError(f"The database is damaged: {findings[0]}. Restore an earlier backup.")
