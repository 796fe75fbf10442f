"""A system check: each database must have been migrated far enough to use the squashed migrations."""

from collections.abc import Collection, Sequence

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def check_replaced_migrations(
    app_configs: Sequence[AppConfig] | None, databases: Collection[str] | None, **_options: object
) -> list[CheckMessage]:
    """Return an error for each database in which only some of the migrations that a squashed one replaces are applied.

    Django can run neither the missing migrations, which no longer exist, nor the squashed one, whose tables exist.
    """
    return [
        Error(
            f"The database “{alias}” has only some of the migrations that were replaced: {_format_counts(missing)} missing.",
            hint="First run migrate with the version before them: see docs/upgrading.md.",
            id="operations.E001",
        )
        for alias in databases or ()
        if (missing := _missing_migrations(alias))
    ]


def _missing_migrations(alias: str) -> dict[str, int]:
    """Return, for each app in which only some replaced migrations are applied, the number of those that are missing."""
    applied = MigrationRecorder(connections[alias]).applied_migrations().keys()
    current = MigrationLoader(None).disk_migrations
    missing: dict[str, int] = {}
    for (label, _name), migration in current.items():
        replaced = set(migration.replaces) - current.keys()
        if replaced & applied and (count := len(replaced - applied)):
            missing[label] = missing.get(label, 0) + count
    return missing


def _format_counts(missing: dict[str, int]) -> str:
    return ", ".join(f"{count} of {label}" for label, count in sorted(missing.items()))
