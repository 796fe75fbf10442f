"""Triggers: the database itself refuses to lose editions, to change the audit log, and to have overlapping editions.

Triggers are removed before each migrate and installed after it. SQLite silently loses them when it remakes a table, and
a migration that removes a column would fail if a trigger used the column.
"""

from stories.publishing.triggers.installation import install, missing, remove

__all__ = ["install", "missing", "remove"]
