"""Trigram indexes, with which PostgreSQL finds parts of words. SQLite scans the table until it has enough rows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import migrations

from newsroom.db.migrations import change_concurrently


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
            schema_editor.execute(f'CREATE INDEX "{name}" {_definition(path)}')

    def drop(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in columns:
                schema_editor.execute(f'DROP INDEX "{name}"')

    return migrations.RunPython(create, drop)


def replace_trigram_indexes(
    *, table: str, added: Mapping[str, str], removed: Mapping[str, str]
) -> migrations.RunPython:
    """Return a migration operation that replaces indexes while others write. The migration needs ``atomic = False``.

    ``added`` maps the name of each new index to its SQL expression. ``removed`` maps the names of old indexes to their
    columns, written as for ``create_trigram_indexes``. SQLite has no such indexes.
    """
    new = {name: f'ON "{table}" USING gin (({expression}) gin_trgm_ops)' for name, expression in added.items()}
    old = {name: _definition(path) for name, path in removed.items()}

    def replace(schema_editor: Any, *, added: Mapping[str, str], removed: Mapping[str, str]) -> None:
        if schema_editor.connection.vendor != "postgresql":
            return

        def add(name: str, definition: str) -> None:
            drop(name)  # a failed try may have left an invalid index
            schema_editor.execute(f'CREATE INDEX CONCURRENTLY "{name}" {definition}')

        def drop(name: str) -> None:
            schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"')

        for name, definition in added.items():
            change_concurrently(schema_editor.connection, name, partial(add, name, definition))
        for name in removed:
            change_concurrently(schema_editor.connection, name, partial(drop, name))

    def forwards(apps: Any, schema_editor: Any) -> None:
        replace(schema_editor, added=new, removed=old)

    def backwards(apps: Any, schema_editor: Any) -> None:
        replace(schema_editor, added=old, removed=new)

    return migrations.RunPython(forwards, backwards, hints={"rows": "none"})


def _definition(path: str) -> str:
    """Return what follows the name in ``CREATE INDEX``, for a column such as ``UPPER(stories_story.headline)``."""
    table, _, column = path.removeprefix("UPPER(").removesuffix(")").partition(".")
    expression = f'UPPER("{column}"::text)' if path.startswith("UPPER(") else f'"{column}"'
    return f'ON "{table}" USING gin (({expression}) gin_trgm_ops)'
