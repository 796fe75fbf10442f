"""The rules for PostgreSQL: triggers, and an exclusion constraint, which also sees uncommitted rows."""

import hashlib
from collections.abc import Collection, Sequence

from django.db.backends.utils import CursorWrapper

from newsroom.db.migrations import change_table
from stories.models import Edition
from stories.publishing.triggers.rules import OVERLAP, Columns, Rule

_EDITIONS = Edition._meta.db_table
_PLACEHOLDERS = {"differs": "IS DISTINCT FROM", "now": "clock_timestamp()", "instant": ("", "")}
_OWN_TRIGGERS = r"tgname LIKE 'guard\_%' AND NOT tgisinternal AND pg_table_is_visible(tgrelid)"


def columns(cursor: CursorWrapper, tables: Sequence[str]) -> dict[str, set[str]]:
    """Return the column names of each of these tables that exists."""
    cursor.execute(
        "SELECT relname, array_agg(attname::text) FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid"
        " WHERE relname = ANY(%s) AND relkind = 'r' AND pg_table_is_visible(pg_class.oid)"
        " AND attnum > 0 AND NOT attisdropped GROUP BY relname",
        [[*tables]],
    )
    return {table: set(names) for table, names in cursor.fetchall()}


def rules(rules: list[Rule], columns: Columns) -> list[Rule]:
    """Return the rules that need a trigger on PostgreSQL: all of them."""
    return rules


def constraints(columns: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return the statements for a constraint that prevents overlapping editions of a work, keyed by constraint name.

    Empty spans never overlap. The result is empty if the table does not exist.

    To create the extension ``btree_gist``, a user needs the CREATE privilege on the database. For other users, it must
    already exist.
    """
    if _EDITIONS not in columns:
        return {}
    return {
        OVERLAP: [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f'ALTER TABLE "{_EDITIONS}" ADD CONSTRAINT "{OVERLAP}"'
            " EXCLUDE USING gist (work_id WITH =, tstzrange(live_from, live_until) WITH &&)",
        ]
    }


def installed(cursor: CursorWrapper) -> set[str]:
    """Return the names of our triggers that are enabled, and of the constraint if it exists."""
    cursor.execute(
        f"SELECT tgname FROM pg_trigger WHERE {_OWN_TRIGGERS} AND tgenabled IN ('O', 'A') UNION ALL"  # noqa: S608 -- no user input
        f" SELECT conname FROM pg_constraint WHERE contype = 'x' AND conname = '{OVERLAP}'"
        " AND pg_table_is_visible(conrelid)"
    )
    return {name for (name,) in cursor.fetchall()}


def statements(rule: Rule, name: str) -> list[str]:
    """Return the statements that create the rule: a function that raises an error, and a trigger with this name.

    An existing function is replaced.
    """
    row = "OLD" if rule.change == "DELETE" else "NEW"
    exceptions = "".join(f"IF {key.condition} THEN RETURN {row}; END IF; " for key in rule.keys)
    body = f"BEGIN {exceptions}RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation'; END"
    function = f"guard_{hashlib.sha256(body.encode()).hexdigest()[:12]}"
    when = f"WHEN ({rule.when.format(**_PLACEHOLDERS)}) " if rule.when else ""
    return [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $guard$ {body} $guard$",
        f'CREATE TRIGGER "{name}" BEFORE {rule.change} ON "{rule.table}"'
        f" FOR EACH {'STATEMENT' if rule.change == 'TRUNCATE' else 'ROW'} {when}"
        f"EXECUTE FUNCTION {function}('{rule.sentence}')",
    ]


def drop(cursor: CursorWrapper, keep: Collection[str] = ()) -> None:
    """Drop the triggers but those in ``keep``, and the functions that no trigger uses then.

    The constraint remains, because it does not prevent migrations.
    """
    cursor.execute(
        f"SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE {_OWN_TRIGGERS.replace('%', '%%')} AND tgname <> ALL(%s)"  # noqa: S608 -- no user input
        " ORDER BY 2, 1",
        [[*keep]],
    )
    for name, table in cursor.fetchall():
        change_table(cursor, f'DROP TRIGGER IF EXISTS "{name}" ON {table}')
    cursor.execute(
        r"SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'guard\_%' AND pg_function_is_visible(oid)"
        " AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = pg_proc.oid)"
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"DROP FUNCTION IF EXISTS {function}")
