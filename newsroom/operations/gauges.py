"""Gauges of the running site that do not belong to another app."""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection

from newsroom.db.statements import PreparedQuery
from newsroom.http import clock
from newsroom.operations import certificate, disks, gauge_history, metrics, site_state
from newsroom.operations.gauge_history import Series
from newsroom.operations.models import Backup, Drill
from newsroom.operations.version import version
from newsroom.page_cache.release import release

_LAST_BACKUP = PreparedQuery(lambda: Backup.objects.order_by("-taken_at").values_list("taken_at")[:1])
_LAST_DRILL = PreparedQuery(lambda: Drill.objects.order_by("-began_at").values_list("began_at", "has_passed")[:1])


def register() -> None:
    """Register the gauges."""
    metrics.register(
        "newsroom_release_info",
        read_release,
        help="The release of the process that answers.",
        labels=("version", "release"),
        uses_database=False,
    )
    metrics.register(
        "newsroom_disk_free_bytes",
        read_free_disk,
        help="Bytes that the site may still write on the disk of a folder.",
        labels=("path",),
        uses_database=False,
    )
    metrics.register(
        "newsroom_disk_size_bytes",
        read_disk_size,
        help="The size of the disk of a folder.",
        labels=("path",),
        uses_database=False,
    )
    metrics.register(
        "newsroom_database_bytes",
        read_database_size,
        help="The size of the database.",
        interval=metrics.SLOW_INTERVAL,
    )
    metrics.register(
        "newsroom_table_dead_rows",
        read_dead_rows,
        help="Rows of a table that wait for a vacuum of PostgreSQL.",
        labels=("table",),
        interval=metrics.SLOW_INTERVAL,
    )
    metrics.register(
        "newsroom_clock_offset_seconds",
        lambda: clock.skew().total_seconds(),
        help="Seconds by which the clock of this machine is ahead of that of the database.",
    )
    metrics.register("newsroom_quiet", lambda: int(site_state.is_quiet()), help="Whether the site sends nothing (1).")
    metrics.register(
        "newsroom_backup_age_seconds",
        read_backup_age,
        help="Seconds since the time up to which the last backup is complete.",
    )
    metrics.register("newsroom_drill_age_seconds", read_drill_age, help="Seconds since the last drill began.")
    gauge_history.register(
        Series("newsroom_disk_free_bytes", "Free disk", "bytes", worst="min"),
        Series("newsroom_database_bytes", "Database", "bytes"),
        Series("newsroom_clock_offset_seconds", "Clock ahead of the database", "s"),
    )
    metrics.register("newsroom_drill_ok", read_drill_result, help="Whether the last drill has passed (1).")
    metrics.register(
        "newsroom_certificate_end_seconds",
        certificate.read_seconds_left,
        help="Seconds until the certificate of the site ends.",
        uses_database=False,
    )


def read_release() -> Mapping[tuple[str, ...], int]:
    """Return 1, keyed by the version and the release of this process."""
    return {(version(), release()): 1}


def read_free_disk() -> Mapping[str, int]:
    """Return the free bytes on each disk of the site that answers (see ``disks.read_disks``), keyed by folder."""
    return {str(folder): disk.free for folder, disk in _read_disks().items() if isinstance(disk, disks.Disk)}


def read_disk_size() -> Mapping[str, int]:
    """Return the sizes in bytes of the same disks, keyed as in ``read_free_disk``."""
    return {str(folder): disk.size for folder, disk in _read_disks().items() if isinstance(disk, disks.Disk)}


_read_disks = metrics.read_once(disks.read_disks)


def read_database_size() -> int:
    """Return the size of the database in bytes."""
    statement = (
        "SELECT pg_database_size(current_database())"
        if connection.vendor == "postgresql"
        else "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def read_dead_rows() -> Mapping[str, int]:
    """Return PostgreSQL's estimate of the dead rows in each table. The result is empty on SQLite."""
    if connection.vendor != "postgresql":
        return {}
    with connection.cursor() as cursor:
        # The view pg_stat_user_tables would compute twenty more columns.
        cursor.execute(
            "SELECT relname, pg_stat_get_dead_tuples(oid) FROM pg_class"
            " WHERE relkind IN ('r', 'm') AND relnamespace = current_schema()::regnamespace"
        )
        return dict(cursor.fetchall())


def read_backup_age() -> float | None:
    """Return the age of the last backup in seconds, or None if this site has made none."""
    return next(((clock.now() - taken_at).total_seconds() for (taken_at,) in _LAST_BACKUP()), None)


def read_drill_age() -> float | None:
    """Return the seconds since the last drill began, or None if there has been none."""
    return next(((clock.now() - began_at).total_seconds() for began_at, _ in _read_drill()), None)


def read_drill_result() -> int | None:
    """Return 1 if the last drill passed, 0 if it failed, or None if there has been none."""
    return next((int(has_passed) for _, has_passed in _read_drill()), None)


@metrics.read_once
def _read_drill() -> list[tuple[datetime, bool]]:
    """Return the beginning of the last drill and whether it passed, as the only element, or [] without a drill."""
    return _LAST_DRILL()
