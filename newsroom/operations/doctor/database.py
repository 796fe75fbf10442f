"""Examine the database: whether it answers and accepts writes, its settings, its migrations and its replica."""

import os
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection, connections

from newsroom.db.configure import PLANNING
from newsroom.db.outages import first_line
from newsroom.db.pooler import is_pooled
from newsroom.operations import health
from newsroom.operations.doctor.registry import Diagnosis, Severity, fault, warning
from newsroom.operations.replica import ReplicaRefusedError, open_replica

OLDEST_POSTGRESQL = 15
# The number of connections that each process may open: one for each of its four threads, and eight in its pool.
THREADS_AND_POOL = 4 + 8


def examine_database() -> Iterator[Diagnosis]:
    """Yield a diagnosis for each problem with the database or its settings."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        yield describe_unreachable(error)
        return
    yield from _examine_postgresql() if connection.vendor == "postgresql" else _examine_sqlite()


def examine_replica() -> Iterator[Diagnosis]:
    """Yield a warning if the replica is refused (see ``open_replica``) or is behind a pooler.

    If the site has no replica, yield an OK diagnosis.
    """
    if not settings.DATABASE_REPLICA_URL:
        yield Diagnosis(Severity.OK, "The site has no replica.")
        return
    try:
        with open_replica() as replica:
            if is_pooled(replica):
                yield warning(
                    "DATABASE_REPLICA_URL leads to a pooler, through which no backup can be made.",
                    "Set it to the address of the replica itself.",
                )
    except ReplicaRefusedError as error:
        yield warning(
            str(error), "Reports and backups read the primary. Start the replica, or correct DATABASE_REPLICA_URL."
        )


def describe_unreachable(error: Error) -> Diagnosis:
    """Return the fault for a database that does not answer, with the reason."""
    reason = first_line(error)
    return fault(f"The database does not answer: {reason.rstrip('.')}.", "Start it, or correct DATABASE_URL.")


def find_read_only(at: datetime) -> Iterator[Diagnosis]:
    """Yield a fault if the database is read-only, without trying to write."""
    if _is_read_only():
        yield describe_unwritable()


def describe_unwritable() -> Diagnosis:
    """Return the fault for a database that accepts no writes, whatever the reason."""
    reason = "is read-only" if _is_read_only() else "takes no writes"
    if connection.vendor == "postgresql":
        remedy = "Look at PostgreSQL's log."
    else:
        folder = Path(connection.settings_dict["NAME"]).parent
        remedy = f"Check whether the disk under {folder} is full, and whether the user of the site can write there."
    return fault(f"Nothing can be saved: the database {reason}. Readers are served.", remedy)


def _is_read_only() -> bool:
    if connection.vendor == "postgresql":
        return _show("transaction_read_only") == "on"
    path = Path(connection.settings_dict["NAME"])
    return not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def examine_migrations() -> Iterator[Diagnosis]:
    """Yield a fault if a migration of this release has not been applied."""
    if not health.migrations_are_applied():
        yield fault("Migrations of this release are missing.", "Run manage.py migrate.")


def _examine_postgresql() -> Iterator[Diagnosis]:
    version = int(_show("server_version_num")) // 10_000
    if version < OLDEST_POSTGRESQL:
        yield fault(f"PostgreSQL {version} is too old.", f"Upgrade to {OLDEST_POSTGRESQL} or later.")
    if _show("fsync") == "off":
        yield fault("PostgreSQL does not wait for the disk (fsync = off): a power cut may destroy the database.")
    elif _show("synchronous_commit") == "off":
        yield warning("PostgreSQL confirms commits before they are on the disk (synchronous_commit = off).")
    if is_pooled(connections["default"]):
        yield from _examine_pooler()
        return
    processes = len(os.sched_getaffinity(0)) + 2  # the processes of the web server, and two workers
    needed, allowed = processes * THREADS_AND_POOL, int(_show("max_connections"))
    if allowed < needed:
        yield warning(
            f"PostgreSQL allows {allowed} connections; {processes} processes of this machine may open {needed}.",
            f"Set max_connections = {needed} or more, or put PgBouncer in front.",
        )


def _examine_pooler() -> Iterator[Diagnosis]:
    if not settings.DATABASE_DIRECT_URL:
        yield warning(
            "DATABASE_URL leads to a pooler, through which no backup can be made.",
            "Set DATABASE_DIRECT_URL to the address of PostgreSQL itself.",
        )
    # A pooler ignores the planner settings that a connection asks for.
    for name, value in PLANNING.items():
        if (found := _show(name)) != value:
            yield warning(
                f"PostgreSQL plans the queries of the site with {name} = {found}, which makes pages slower.",
                f"ALTER ROLE {connection.settings_dict['USER']} SET {name} = {value}",
            )


def _examine_sqlite() -> Iterator[Diagnosis]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
    if mode != "wal":
        yield warning(f"The database is in the mode {mode}: readers wait for writers.", "Restart the site.")
    if sqlite3.sqlite_version_info < (3, 37):
        yield fault(f"SQLite {sqlite3.sqlite_version} is too old.", "Upgrade to 3.37 or later.")


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
