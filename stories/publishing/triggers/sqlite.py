"""The rules for SQLite: triggers."""

from django.db.backends.utils import CursorWrapper

from stories.models import Edition
from stories.publishing.triggers.rules import OVERLAP, Change, Columns, Rule, list_unique_columns

_EDITIONS = Edition._meta.db_table
_WORDS = {
    "differs": "IS NOT",
    "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    # SQLite stores text: the same moment may have three decimals, six or none.
    "instant": ("rtrim(", ", '.0')"),
}
_ANOTHER_STANDS = f"""NEW."live_from" < NEW."live_until" AND EXISTS (
    SELECT 1 FROM "{_EDITIONS}" AS other
    WHERE other."work_id" = NEW."work_id" AND other."id" IS NOT NEW."id" AND other."live_from" < other."live_until"
    AND other."live_from" < NEW."live_until" AND NEW."live_from" < other."live_until"
)"""  # noqa: S608 -- names of our own
_CHANGES: tuple[Change, ...] = ("INSERT", "UPDATE")


def columns(cursor: CursorWrapper) -> dict[str, set[str]]:
    """Return the names of the columns of each existing table."""
    cursor.execute(
        "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table'"
    )
    found: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, set()).add(column)
    return found


def rules(rules: list[Rule], columns: Columns) -> list[Rule]:
    """Return the rules that need a trigger on SQLite.

    SQLite has no TRUNCATE, and needs a trigger to keep spans apart. REPLACE deletes rows that conflict, and fires no
    delete triggers unless a pragma says so. An INSERT trigger therefore refuses it.
    """
    apart = [Rule(_EDITIONS, change, "apart", f"{OVERLAP}.", _ANOTHER_STANDS) for change in _CHANGES]
    replaced = [
        Rule(rule.table, "INSERT", "replaced", rule.sentence, _is_there(rule.table, columns))
        for rule in rules
        if rule.change == "DELETE"
    ]
    there = {rule.table for rule in rules}
    return [rule for rule in [*rules, *apart, *replaced] if rule.change != "TRUNCATE" and rule.table in there]


def _is_there(table: str, columns: Columns) -> str:
    """Return the SQL condition that an existing row has a key of the new one."""
    keys = [
        " AND ".join(f'other."{name}" = NEW."{name}"' for name in key)
        for key in list_unique_columns(table, columns.get(table, ()))
    ]
    return f'EXISTS (SELECT 1 FROM "{table}" AS other WHERE {" OR ".join(f"({key})" for key in keys)})'  # noqa: S608 -- names of our own


def constraints(columns: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return no constraints: triggers do everything here."""
    return {}


def installed(cursor: CursorWrapper) -> set[str]:
    """Return the names of the triggers that exist."""
    cursor.execute(r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\_%' ESCAPE '\'")
    return {name for (name,) in cursor.fetchall()}


def statements(rule: Rule, name: str) -> list[str]:
    """Return the statement that creates the rule as a trigger with this name."""
    conditions = [f"({rule.when.format(**_WORDS)})"] if rule.when else []
    conditions += [f"NOT {key.condition}" for key in rule.keys]
    when = f"WHEN {' AND '.join(conditions)} " if conditions else ""
    return [
        f'CREATE TRIGGER "{name}" BEFORE {rule.change} ON "{rule.table}" FOR EACH ROW {when}'
        f"BEGIN SELECT RAISE(ABORT, '{rule.sentence}'); END"
    ]


def drop(cursor: CursorWrapper) -> None:
    """Drop all triggers."""
    for name in sorted(installed(cursor)):
        cursor.execute(f'DROP TRIGGER "{name}"')
