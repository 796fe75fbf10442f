"""Trigram indexes, with which PostgreSQL finds parts of words. SQLite scans the table until it has enough rows."""

from typing import Any

from django.db import migrations


def create_trigram_indexes(**columns: str) -> migrations.RunPython:
    """Return a migration operation that creates indexes. ``columns`` maps the name of each index to its column.

    A column is written as ``topics_topic.folded_name``. An index on ``UPPER(stories_story.headline)`` is used for
    case-insensitive comparisons. SQLite gets no index.
    """

    def create(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, path in columns.items():
            table, _, column = path.removeprefix("UPPER(").removesuffix(")").partition(".")
            expression = f'UPPER("{column}"::text)' if path.startswith("UPPER(") else f'"{column}"'
            schema_editor.execute(f'CREATE INDEX "{name}" ON "{table}" USING gin (({expression}) gin_trgm_ops)')

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in columns:
                schema_editor.execute(f'DROP INDEX "{name}"')

    return migrations.RunPython(create, drop)
