"""Install the triggers in a database, remove them, and find those that are missing."""

import hashlib
import re
from collections.abc import Sequence
from typing import Any, Protocol

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import connection as default
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from stories.publishing.triggers import postgresql, sqlite
from stories.publishing.triggers.rules import ERASING, VERSION, Columns, Rule, build_rules

_OF_A_TRIGGER = re.compile(r"(?P<of>.+)_(?P<version>\d+)_[0-9a-f]{8}")


class Language(Protocol):
    """The functions that the module of each database provides."""

    def columns(self, cursor: CursorWrapper) -> dict[str, set[str]]: ...
    def rules(self, rules: list[Rule], columns: Columns) -> list[Rule]: ...
    def installed(self, cursor: CursorWrapper) -> set[str]: ...
    def statements(self, rule: Rule, name: str) -> list[str]: ...
    def constraints(self, columns: dict[str, set[str]]) -> dict[str, list[str]]: ...
    def drop(self, cursor: CursorWrapper) -> None: ...


def install(connection: BaseDatabaseWrapper = default) -> None:
    """Install all triggers for the tables and columns that exist, and remove those of another release.

    Do nothing if all of them are installed. Raise IntegrityError, with nothing installed, if editions already overlap.
    """
    language = _language_of(connection)
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        columns = language.columns(cursor)
        wanted, laid = _wanted(language, columns), language.installed(cursor)
        if laid != set(wanted):
            language.drop(cursor)
            stays = language.installed(cursor)
            for name, (_, statements) in wanted.items():
                for statement in statements if name not in stays else ():
                    cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper = default) -> None:
    """Remove the triggers, so that tables can be altered or emptied; the caller must have them installed again."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        _language_of(connection).drop(cursor)


def missing(connection: BaseDatabaseWrapper = default) -> list[str]:
    """Return descriptions of the missing triggers, and of an unfinished erasure, which opens them all.

    Take three queries. A table that does not exist needs no trigger. A trigger of a newer release replaces ours.
    """
    language = _language_of(connection)
    with connection.cursor() as cursor:
        columns = language.columns(cursor)
        laid = language.installed(cursor)
        newer = {of for of, version in map(_parsed, laid) if version > VERSION}
        found = [
            what
            for name, (what, _) in _wanted(language, columns).items()
            if name not in laid and _parsed(name)[0] not in newer
        ]
        if ERASING.table in columns:
            cursor.execute(f"SELECT 1 WHERE {ERASING.condition}")
            if cursor.fetchone():
                found.append("an erasure was left open")
    return found


def _language_of(connection: BaseDatabaseWrapper) -> Language:
    return sqlite if connection.vendor == "sqlite" else postgresql


def _wanted(language: Language, columns: dict[str, set[str]]) -> dict[str, tuple[str, list[str]]]:
    """Return the triggers that must exist, by name: a description, and the statements that create them.

    A name ends in the version and a digest of the statements, so that an older trigger is not mistaken for the new one.
    """
    wanted = {name: (name, statements) for name, statements in language.constraints(columns).items()}
    for rule in language.rules(build_rules(columns), columns):
        digest = hashlib.sha256("\n".join(language.statements(rule, "")).encode()).hexdigest()[:8]
        name = f"guard_{rule.table}_{rule.name}_{rule.change.lower()}_{VERSION}_{digest}"
        wanted[name] = (f"{rule.table}: {rule.change} is not refused ({rule.name})", language.statements(rule, name))
    return wanted


def _parsed(name: str) -> tuple[str, int]:
    """Return the rule that a trigger's name stands for, and its version, or 0 without one."""
    found = _OF_A_TRIGGER.fullmatch(name)
    return (found["of"], int(found["version"])) if found else (name, 0)


@register(Tags.database)
def are_installed(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Warn about each given database that lacks a trigger.

    ``migrate`` runs this check too, just before it installs the triggers.
    """
    return [
        Warning(
            f"The database “{name}” does not refuse all that it should, {len(found)} in number: {found[0]}.",
            hint="Run manage.py migrate, which lays the guards.",
            id="stories.W001",
        )
        for name in databases or ()
        if (found := missing(connections[name]))
    ]
