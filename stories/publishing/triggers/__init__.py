"""What the database itself refuses: loss of editions, changes of the audit log, two editions at one time.

Triggers are installed after each migrate and removed before it. SQLite silently loses them when it remakes a table, and
a trigger on a column that is removed would stop a migration.
"""

from stories.publishing.triggers.installation import install, missing, remove

__all__ = ["install", "missing", "remove"]
