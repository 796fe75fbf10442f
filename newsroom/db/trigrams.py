"""Trigram indexes for PostgreSQL, which find parts of words; SQLite scans names until it has found enough."""

from typing import Any

from django.db import migrations


def create_trigram_indexes(**places: str) -> migrations.RunPython:
    """Return a migration operation that creates indexes by name, each on a column such as ``topics_topic.folded_name``.

    An index on ``UPPER(stories_story.headline)`` serves case-insensitive comparisons. SQLite gets no index.
    """

    def lay(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for name, place in places.items():
            table, _, column = place.removeprefix("UPPER(").removesuffix(")").partition(".")
            said = f'UPPER("{column}"::text)' if place.startswith("UPPER(") else f'"{column}"'
            schema_editor.execute(f'CREATE INDEX "{name}" ON "{table}" USING gin (({said}) gin_trgm_ops)')

    def lift(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in places:
                schema_editor.execute(f'DROP INDEX "{name}"')

    return migrations.RunPython(lay, lift)
