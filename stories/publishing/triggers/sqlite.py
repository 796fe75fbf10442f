"""The rules for SQLite: triggers."""

import json
from collections.abc import Collection, Sequence

from django.db.backends.utils import CursorWrapper

from stories.models import Edition
from stories.publishing.triggers.rules import OVERLAP, Change, Columns, Rule, list_unique_columns

_EDITIONS = Edition._meta.db_table
_PLACEHOLDERS = {
    "differs": "IS NOT",
    "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    # SQLite stores times as text, and the same time may have three decimals, six or none.
    "instant": ("rtrim(", ", '.0')"),
}
_OVERLAPS = f"""NEW."live_from" < NEW."live_until" AND EXISTS (
    SELECT 1 FROM "{_EDITIONS}" AS other
    WHERE other."work_id" = NEW."work_id" AND other."id" IS NOT NEW."id" AND other."live_from" < other."live_until"
    AND other."live_from" < NEW."live_until" AND NEW."live_from" < other."live_until"
)"""  # noqa: S608 -- no user input
_CHANGES: tuple[Change, ...] = ("INSERT", "UPDATE")


def columns(cursor: CursorWrapper, tables: Sequence[str]) -> dict[str, set[str]]:
    """Return the column names of each of these tables that exists."""
    cursor.execute(
        "SELECT tables.value, columns.name FROM json_each(%s) AS tables, pragma_table_info(tables.value) AS columns",
        [json.dumps(tables)],
    )
    names_by_table: dict[str, set[str]] = {}
    for table, column in cursor.fetchall():
        names_by_table.setdefault(table, set()).add(column)
    return names_by_table


def rules(rules: list[Rule], columns: Columns) -> list[Rule]:
    """Return the rules that need a trigger on SQLite.

    SQLite has no TRUNCATE, and needs a trigger against overlapping spans. REPLACE deletes conflicting rows without
    firing DELETE triggers, unless a pragma enables them. An INSERT trigger therefore refuses it.
    """
    overlap_rules = [Rule(_EDITIONS, change, "apart", f"{OVERLAP}.", _OVERLAPS) for change in _CHANGES]
    replace_rules = [
        Rule(rule.table, "INSERT", "replaced", rule.sentence, _conflicts_sql(rule.table, columns))
        for rule in rules
        if rule.change == "DELETE"
    ]
    tables = {rule.table for rule in rules}
    return [
        rule for rule in [*rules, *overlap_rules, *replace_rules] if rule.change != "TRUNCATE" and rule.table in tables
    ]


def _conflicts_sql(table: str, columns: Columns) -> str:
    """Return the SQL condition for an existing row with a unique key of the new row."""
    keys = [
        " AND ".join(f'other."{name}" = NEW."{name}"' for name in key)
        for key in list_unique_columns(table, columns.get(table, ()))
    ]
    return f'EXISTS (SELECT 1 FROM "{table}" AS other WHERE {" OR ".join(f"({key})" for key in keys)})'  # noqa: S608 -- no user input


def constraints(columns: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return no constraints, because triggers are enough on SQLite."""
    return {}


def installed(cursor: CursorWrapper) -> set[str]:
    """Return the names of the existing triggers that begin with ``guard_``."""
    cursor.execute(r"SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'guard\_%' ESCAPE '\'")
    return {name for (name,) in cursor.fetchall()}


def statements(rule: Rule, name: str) -> list[str]:
    """Return the statement that creates the rule as a trigger with this name."""
    conditions = [f"({rule.when.format(**_PLACEHOLDERS)})"] if rule.when else []
    conditions += [f"NOT {key.condition}" for key in rule.keys]
    when = f"WHEN {' AND '.join(conditions)} " if conditions else ""
    return [
        f'CREATE TRIGGER "{name}" BEFORE {rule.change} ON "{rule.table}" FOR EACH ROW {when}'
        f"BEGIN SELECT RAISE(ABORT, '{rule.sentence}'); END"
    ]


def drop(cursor: CursorWrapper, keep: Collection[str] = ()) -> None:
    """Drop all triggers whose names begin with ``guard_``, but those in ``keep``."""
    for name in sorted(installed(cursor).difference(keep)):
        cursor.execute(f'DROP TRIGGER "{name}"')
