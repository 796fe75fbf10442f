"""Indexes by which PostgreSQL finds a part of a word; SQLite reads names one after the other until it has enough."""

from typing import Any

from django.db import migrations


def trigrams(**places: str) -> migrations.RunPython:
    """Return the step of a migration that lays indexes, each by its name: ``topics_topic.folded_name``.

    ``UPPER(stories_story.headline)`` serves comparisons that know no capitals.
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
