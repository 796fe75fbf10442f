"""What the database itself refuses, whoever asks: lost editions, changed records, two pages at one time.

Rules are laid after each migrate and lifted before it: SQLite loses them without a word when it remakes a table, and a
rule about a column that goes would stop a migration.
"""

from stories.publishing.triggers.installation import install, missing, remove

__all__ = ["install", "missing", "remove"]
