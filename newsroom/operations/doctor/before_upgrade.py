"""What an operator has to know before the migrations of this release run on a site that is in use."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection, connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from newsroom.db.migrations import AddIndexConcurrently
from newsroom.db.pooler import is_pooled
from newsroom.operations import gauges
from newsroom.operations.doctor.database import THREADS_AND_POOL
from newsroom.operations.doctor.registry import Diagnosis, Severity, fault, warning

LARGE = 100_000  # rows
MAX_TRANSACTION = 60  # seconds
LOCK_TIMEOUT = 5.0  # seconds
SERVER_MEMORY = 400_000_000  # bytes that a second web server may take
_GIGABYTE = 1_000_000_000


def examine_tables() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each pending change to a table of more than ``LARGE`` rows, and for each incomplete index.

    A further diagnosis lists the large tables that no pending migration changes.
    """
    large = {table: rows for table, rows in _count_rows().items() if rows > LARGE}
    changed = set()
    for migration, operation, table in _list_changes():
        if table in large:
            changed.add(table)
            change = f"{table} has {large[table]:,} rows, and {migration} changes it: {operation.describe()}."
            if isinstance(operation, AddIndexConcurrently):
                yield Diagnosis(Severity.OK, f"{change} The table can be written to in the meantime.")
            else:
                yield warning(change, "Choose a quiet hour: everyone who writes to it has to wait.")
    if rest := sorted(large.keys() - changed):
        tables = ", ".join(f"{table} ({large[table]:,})" for table in rest)
        yield Diagnosis(Severity.OK, f"No migration changes these tables of more than {LARGE:,} rows: {tables}.")
    for name in _list_invalid_indexes():
        yield warning(
            f"The index {name} is not complete: a migration was interrupted.", f'Run DROP INDEX CONCURRENTLY "{name}".'
        )


def examine_transactions() -> Iterator[Diagnosis]:
    """Yield a fault for each transaction that is prepared or has been open for more than ``MAX_TRANSACTION`` seconds.

    Migrations would wait for it, and other queries would wait for the migrations. On SQLite, yield a fault if another
    process holds the database lock for longer than ``LOCK_TIMEOUT`` seconds.
    """
    if connection.vendor == "sqlite":
        yield from _examine_lock()
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, coalesce(nullif(application_name, ''), 'a client'),"
            " extract(epoch FROM clock_timestamp() - xact_start)::int FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            " AND clock_timestamp() - xact_start > make_interval(secs => %s) ORDER BY xact_start",
            [MAX_TRANSACTION],
        )
        for pid, name, seconds in cursor.fetchall():
            yield fault(
                f"A transaction of {name} has been open for {_format_seconds(seconds)} (process {pid}).",
                f"Wait until it ends, or end it: SELECT pg_terminate_backend({pid}).",
            )
        cursor.execute("SELECT gid FROM pg_prepared_xacts WHERE database = current_database() ORDER BY prepared")
        for (name,) in cursor.fetchall():
            yield fault(f"The prepared transaction “{name}” holds its locks.", "Commit it, or roll it back.")


def examine_backup_space() -> Iterator[Diagnosis]:
    """Yield a diagnosis if there is too little space for a backup or for copies of tables, or if no backup is made."""
    size = gauges.read_database_size()
    if not settings.BACKUP_TO:
        yield warning("No backup is made before the upgrade: BACKUP_TO is not set.", "Set it, or make one yourself.")
    elif "://" not in settings.BACKUP_TO:
        yield from _require_space(Path(settings.BACKUP_TO), size, "The backup before the upgrade takes")
    if connection.vendor == "sqlite":
        # SQLite copies a table in order to change it, and each page is also written to the write-ahead log.
        yield from _require_space(Path(connection.settings_dict["NAME"]).parent, 2 * size, "The migrations take")


def examine_second_server() -> Iterator[Diagnosis]:
    """Yield a warning if memory or connections may not suffice for a second web server beside the first."""
    free = _read_free_memory()
    if free is not None and free < SERVER_MEMORY:
        yield warning(
            f"{free // 1_000_000} MB of memory are free; a second web server takes up to {SERVER_MEMORY // 1_000_000}.",
            "Stop what else runs on this machine.",
        )
    # Behind a pooler, clients wait for a connection instead of being refused.
    if connection.vendor != "postgresql" or is_pooled(connections["default"]):
        return
    needed = len(os.sched_getaffinity(0)) * THREADS_AND_POOL
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int"
            " - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')"
        )
        left = cursor.fetchone()[0]
    if left < needed:
        yield warning(
            f"PostgreSQL has {left} connections left; a second web server may open {needed}.",
            "Raise max_connections, or put PgBouncer in front.",
        )


def _list_changes() -> Iterator[tuple[str, Operation, str]]:
    """Yield the migration, the operation and the table for each pending change to a single table."""
    executor = MigrationExecutor(connection)
    for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
        state = executor.loader.project_state((migration.app_label, migration.name), at_end=False)
        for operation in migration.operations:
            for each in _list_database_operations(operation):
                if table := _find_table(migration, each, state):
                    yield f"{migration.app_label}.{migration.name}", each, table
            operation.state_forwards(migration.app_label, state)


def _list_database_operations(operation: Operation) -> Iterator[Operation]:
    if isinstance(operation, SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from _list_database_operations(each)
    else:
        yield operation


def _find_table(migration: Migration, operation: Operation, state: ProjectState) -> str:
    """Return the table that an operation changes.

    Return an empty string if it creates a table, or if it changes rows or several tables.
    """
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
    model = state.models.get((migration.app_label, str(name).lower()))
    return str(model.options.get("db_table") or f"{migration.app_label}_{model.name_lower}") if model else ""


def _count_rows() -> dict[str, int]:
    """Return the number of rows of each table; on PostgreSQL, an estimate."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT c.relname, greatest(c.reltuples, s.n_live_tup)::bigint FROM pg_class c"
                " JOIN pg_stat_user_tables s ON s.relid = c.oid WHERE s.schemaname = current_schema()"
            )
            return dict(cursor.fetchall())
        tables = [table.name for table in connection.introspection.get_table_list(cursor) if table.type == "t"]
        counts = {}
        for table in tables:
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a table of the database
            counts[table] = cursor.fetchone()[0]
        return counts


def _list_invalid_indexes() -> list[str]:
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid"
            " AND c.relnamespace = current_schema()::regnamespace ORDER BY c.relname"
        )
        return [name for (name,) in cursor.fetchall()]


def _examine_lock() -> Iterator[Diagnosis]:
    """Yield a fault if another process holds the lock of the SQLite database for over ``LOCK_TIMEOUT`` seconds."""
    name = connection.settings_dict["NAME"]
    with closing(sqlite3.connect(name, timeout=LOCK_TIMEOUT, isolation_level=None)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
            other.execute("ROLLBACK")
        except sqlite3.OperationalError:
            yield fault(
                f"Another process has been writing to the database for {LOCK_TIMEOUT:.0f} seconds.",
                "Wait until it ends.",
            )


def _require_space(folder: Path, needed: int, subject: str) -> Iterator[Diagnosis]:
    existing = next(each for each in (folder, *folder.absolute().parents) if each.is_dir())
    free = shutil.disk_usage(existing).free
    if free < needed:
        yield fault(
            f"{subject} up to {needed / _GIGABYTE:.1f} GB under {folder}, where {free / _GIGABYTE:.1f} GB are free.",
            "Delete old backups or enlarge the disk.",
        )


def _read_free_memory() -> int | None:
    """Return the number of bytes of memory that programs can still use, or None if the system does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), None)


def _format_seconds(seconds: int) -> str:
    return f"{seconds // 60} minutes" if seconds >= 120 else f"{seconds} seconds"
