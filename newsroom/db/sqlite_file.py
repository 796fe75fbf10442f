"""Measure and rewrite the file of a SQLite database."""

from pathlib import Path

from django.db import connection


def file_size() -> int:
    """Return the size of the database file in bytes, without its write-ahead log."""
    return Path(connection.settings_dict["NAME"]).stat().st_size


def free_share() -> float:
    """Return the share of the database file that deleted rows have left free, from 0 to 1."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT freelist_count * 1.0 / page_count FROM pragma_freelist_count, pragma_page_count")
        return float(cursor.fetchone()[0])


def rewrite_file() -> bool:
    """Rewrite the file, so that no deleted data remains in it.

    Return whether its write-ahead log could be emptied as well, which needs a moment without other readers. Raise
    OperationalError in a transaction, or if another connection does not release its lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        before = cursor.fetchone()[0]
        # Otherwise the unused part of a new page may contain earlier contents of the process's memory.
        cursor.execute("PRAGMA secure_delete=ON")
        try:
            cursor.execute("VACUUM")
        finally:
            cursor.execute(f"PRAGMA secure_delete={before}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return not cursor.fetchone()[0]
