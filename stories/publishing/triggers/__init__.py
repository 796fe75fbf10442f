"""Triggers: rules that the database itself enforces, such as that editions are never deleted and never overlap.

Triggers are removed before each run of ``migrate`` and installed after it, for two reasons: on SQLite, they are
silently lost when a table is remade, and a migration that removes a column would fail if a trigger used the column.
"""

from stories.publishing.triggers.installation import install, missing, remove

__all__ = ["install", "missing", "remove"]
