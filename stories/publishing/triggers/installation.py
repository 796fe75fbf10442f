"""Install the triggers in a database, remove them, and find those that are missing."""

import hashlib
import re
from collections.abc import Collection, Hashable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any, Protocol, cast

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection as default
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from newsroom.db.migrations import change_table
from stories.publishing.triggers import postgresql, sqlite
from stories.publishing.triggers.rules import ERASING, TABLES, VERSION, Columns, Rule, build_rules

_TRIGGER_NAME = re.compile(r"(?P<rule>.+)_(?P<version>\d+)_[0-9a-f]{8}")


class Language(Protocol):
    """The functions that the module for each database provides."""

    def columns(self, cursor: CursorWrapper, tables: Sequence[str]) -> dict[str, set[str]]: ...
    def rules(self, rules: list[Rule], columns: Columns) -> list[Rule]: ...
    def installed(self, cursor: CursorWrapper) -> set[str]: ...
    def statements(self, rule: Rule, name: str) -> list[str]: ...
    def constraints(self, columns: dict[str, set[str]]) -> dict[str, list[str]]: ...
    def drop(self, cursor: CursorWrapper, keep: Collection[str] = ()) -> None: ...


def install(connection: BaseDatabaseWrapper = default) -> None:
    """Install the missing triggers for the existing tables and columns, and remove those of other releases.

    On PostgreSQL, raise IntegrityError and change nothing if editions already overlap.
    """
    language = _get_language(connection)
    with _changing(connection), connection.cursor() as cursor:
        columns = language.columns(cursor, TABLES)
        required = _required_triggers(language, columns)
        existing = language.installed(cursor)
        if existing == set(required):
            return
        constraints = language.constraints(columns)
        for name, statements in constraints.items():
            for statement in statements if name not in existing else ():
                change_table(cursor, statement)
        # The others stay in force, even if this process is killed.
        language.drop(cursor, keep=existing.intersection(required))
        for name, (_, statements) in required.items():
            for statement in statements if name not in existing and name not in constraints else ():
                change_table(cursor, statement)


def remove(connection: BaseDatabaseWrapper = default) -> None:
    """Remove the triggers, so that tables can be altered or emptied. The caller must install them again."""
    with _changing(connection), connection.cursor() as cursor:
        _get_language(connection).drop(cursor)


def missing(connection: BaseDatabaseWrapper = default) -> list[str]:
    """Return descriptions of the missing triggers, and of an unfinished erasure if there is one.

    An unfinished erasure counts because most triggers are suspended during it. A table that does not exist needs no
    trigger. A trigger of a newer release counts as installed.
    """
    language = _get_language(connection)
    with connection.cursor() as cursor:
        columns = language.columns(cursor, TABLES)
        existing = language.installed(cursor)
        newer = {rule for rule, version in map(_parse_name, existing) if version > VERSION}
        descriptions = [
            description
            for name, (description, _) in _required_triggers(language, columns).items()
            if name not in existing and _parse_name(name)[0] not in newer
        ]
        if ERASING.table in columns:
            cursor.execute(f"SELECT 1 WHERE {ERASING.condition}")
            if cursor.fetchone():
                descriptions.append("an erasure was left open")
    return descriptions


def _changing(connection: BaseDatabaseWrapper) -> AbstractContextManager[object]:
    """Return the context for changes of triggers: one transaction on SQLite, and one for each change on PostgreSQL.

    There, each change locks a table against all others. A transaction that locks several tables could end in a deadlock
    with a publication, which uses the same tables in another order.
    """
    return transaction.atomic(connection.alias) if connection.vendor == "sqlite" else nullcontext()


def _get_language(connection: BaseDatabaseWrapper) -> Language:
    return sqlite if connection.vendor == "sqlite" else postgresql


def _required_triggers(language: Language, columns: dict[str, set[str]]) -> Mapping[str, tuple[str, list[str]]]:
    """Return the description of each required trigger and the statements that create it, keyed by name.

    The name of a trigger ends with the version and a digest of the statements, so that an outdated trigger is
    recognised.
    """
    names_by_table = frozenset((table, frozenset(names)) for table, names in columns.items())
    return _build_triggers(cast("Hashable", language), names_by_table, VERSION)


# Cached, because each server looks for missing triggers every minute, and its tables do not change.
@lru_cache(maxsize=2)
def _build_triggers(
    language: Language, names_by_table: frozenset[tuple[str, frozenset[str]]], version: int
) -> Mapping[str, tuple[str, list[str]]]:
    columns = {table: set(names) for table, names in names_by_table}
    required = {name: (name, statements) for name, statements in language.constraints(columns).items()}
    for rule in language.rules(build_rules(columns), columns):
        digest = hashlib.sha256("\n".join(language.statements(rule, "")).encode()).hexdigest()[:8]
        name = f"guard_{rule.table}_{rule.name}_{rule.change.lower()}_{version}_{digest}"
        required[name] = (f"{rule.table}: {rule.change} is not refused ({rule.name})", language.statements(rule, name))
    return required


def _parse_name(name: str) -> tuple[str, int]:
    """Return the rule and the version in a trigger's name; the version is 0 if the name has none."""
    match = _TRIGGER_NAME.fullmatch(name)
    return (match["rule"], int(match["version"])) if match else (name, 0)


@register(Tags.database)
def check_triggers(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn about each given database that lacks a trigger or has an unfinished erasure.

    ``migrate`` runs this check too, before it installs the triggers.
    """
    return [
        Warning(
            f"The database “{name}” does not refuse all that it should, {len(absent)} in number: {absent[0]}.",
            hint="Run manage.py migrate, which lays the guards.",
            id="stories.W001",
        )
        for name in databases or ()
        if (absent := missing(connections[name]))
    ]
