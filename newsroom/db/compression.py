"""Compression of long columns on PostgreSQL. SQLite has no compression."""

from typing import Any

from django.db import migrations


def compress_with_lz4(*columns: str) -> migrations.RunPython:
    """Return a migration operation that sets lz4 compression for columns such as ``stories_document.body``.

    Compared with the default, lz4 decompresses in less than half the time and compresses equally well. A server that
    was built without lz4 keeps its default compression.
    """

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
            has_lz4 = cursor.fetchone()[0]
        for name in columns if has_lz4 else ():
            table, _, column = name.partition(".")
            schema_editor.execute(f'ALTER TABLE "{table}" ALTER COLUMN "{column}" SET COMPRESSION lz4')

    return migrations.RunPython(forwards, migrations.RunPython.noop)
