"""Clears away what a database keeps of deleted rows in its files."""

import logging

from django.db import OperationalError, connection

from newsroom.search import index
from stories.drafts.search.index import settle

_log = logging.getLogger(__name__)


def wipe() -> None:
    """Write an SQLite file anew, so that no byte of what was deleted is left in it or in the log beside it.

    Waits as long as any write does. Where others do not let go meanwhile, the log of the program says what is left to
    do. PostgreSQL clears away by itself, and its dumps hold no deleted rows.
    """
    if connection.vendor != "sqlite":
        return
    try:
        index.settle()
        settle()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete")
            before = cursor.fetchone()[0]
            # Else what is unused of a new page may hold what its memory held before.
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute("VACUUM")
            cursor.execute(f"PRAGMA secure_delete={before}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy = cursor.fetchone()[0]
    except OperationalError:
        is_busy = True
    if is_busy:
        _log.error(
            "What was erased is gone from the tables, but its bytes may still lie in the database file, which others "
            "were using. Stop the site and run: sqlite3 FILE 'VACUUM; PRAGMA wal_checkpoint(TRUNCATE);'"
        )
