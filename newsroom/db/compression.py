"""Compression of long columns on PostgreSQL; SQLite does not compress."""

from typing import Any

from django.db import migrations


def compress_with_lz4(*columns: str) -> migrations.RunPython:
    """Return a migration operation that compresses what is stored in columns such as ``stories_document.body`` with lz4.

    lz4 decompresses in less than half the time and compresses no worse. A server that was built without it keeps its
    default compression.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
            knows_lz4 = cursor.fetchone()[0]
        for each in columns if knows_lz4 else ():
            table, _, column = each.partition(".")
            schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET COMPRESSION lz4')

    return migrations.RunPython(forwards, migrations.RunPython.noop)
