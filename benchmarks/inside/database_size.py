"""Measure the size of the database: the total, and each table with its indexes."""

from pathlib import Path

from django.db import OperationalError, connection

from newsroom.http import clock
from newsroom.page_cache.models import StoredPage
from stories.models import Edition

_POSTGRESQL_SIZES = (
    "SELECT relname, pg_total_relation_size(oid) FROM pg_class"
    " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
)
_SQLITE_SIZES = (
    "SELECT coalesce(schema.tbl_name, weight.name), sum(weight.pgsize) FROM dbstat AS weight"
    " LEFT JOIN sqlite_schema AS schema ON schema.name = weight.name GROUP BY 1"
)


def measure_sizes() -> dict[str, object]:
    """Return the total size and the size of each table in bytes, and the numbers of live stories and stored pages.

    PostgreSQL rewrites the tables first, because their free space depends on how the corpus was made. ``tables`` is
    empty if SQLite was built without ``dbstat``.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT pg_database_size(current_database())")
            total = int(cursor.fetchone()[0])
            cursor.execute(_POSTGRESQL_SIZES)
            tables = dict(cursor.fetchall())
            # VACUUM FULL leaves no visibility map, without which later parts would measure slow lists.
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            total = Path(connection.settings_dict["NAME"]).stat().st_size
            try:
                cursor.execute(_SQLITE_SIZES)
                tables = dict(cursor.fetchall())
            except OperationalError:
                tables = {}  # this SQLite was built without dbstat
    return {
        "stories": Edition.objects.live(clock.now()).stories().count(),
        "stored": StoredPage.objects.count(),
        "total": total,
        "tables": {name: int(size) for name, size in sorted(tables.items(), key=lambda each: -each[1])},
    }
