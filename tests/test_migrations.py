"""The rule of migrations: those of a release keep the code of the release before working (CONTRIBUTING.md)."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

pytestmark = pytest.mark.database

# A migration of these is not asked again: there was no release whose code could run beside them.
BEFORE = Path(__file__).parent / "upgrade" / "released.txt"
GONE = {
    migrations.RemoveField: "removes a column",
    migrations.RenameField: "renames a column",
    migrations.RenameModel: "renames a table",
    migrations.DeleteModel: "removes a table",
    migrations.AlterModelTable: "renames a table",
}


def in_the_database(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield what changes tables; what changes only what Django believes of them does no harm."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from in_the_database(operation.database_operations)
        else:
            yield operation


def breaks(label: str, operation: Operation, state: ProjectState) -> str | None:
    """Return what an operation does to the code that ran before it, in words, None where that goes on working."""
    for kind, what in GONE.items():
        if isinstance(operation, kind):
            return what
    if isinstance(operation, migrations.AddField):
        field = operation.field
        is_filled = field.null or field.many_to_many or field.generated or field.has_db_default()
        return None if is_filled else "adds a column that is neither nullable nor has a db_default"
    if isinstance(operation, migrations.AlterField):
        before = state.models[label, operation.model_name_lower].fields[operation.name]
        if before.null and not operation.field.null and not operation.field.has_db_default():
            return "makes a column NOT NULL"
        shorter, longer = operation.field.max_length, before.max_length
        if shorter is not None and (longer is None or shorter < longer):
            return "makes a column shorter"
    return None


def faults(label: str, migration: migrations.Migration, state: ProjectState) -> list[str]:
    """Return what a migration does that the release before cannot bear; ``state`` is that before it."""
    if getattr(sys.modules[migration.__module__], "contracts", None):
        return []
    found: list[str] = []
    for operation in migration.operations:
        whats = [breaks(label, each, state) for each in in_the_database([operation])]
        found += [f"{label}.{migration.name} {what}: {operation.describe()}" for what in whats if what]
        operation.state_forwards(label, state)
    return found


def test_migrations_keep_the_code_of_the_release_before_working():
    loader = MigrationLoader(None)
    before = set(BEFORE.read_text(encoding="utf-8").split())
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(settings.BASE_DIR)}
    ours -= {config.label for config in apps.get_app_configs() if ".venv" in config.path}
    new = [key for key in sorted(loader.disk_migrations) if key[0] in ours and ".".join(key) not in before]
    found = [
        fault
        for key in new
        for fault in faults(key[0], loader.disk_migrations[key], loader.project_state(key, at_end=False))
    ]
    assert found == [], "Remove it one release later: see CONTRIBUTING.md."


def test_what_is_listed_as_released_is_there():
    there = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    assert set(BEFORE.read_text(encoding="utf-8").split()) <= there


def of(*operations: Operation) -> list[str]:
    """Return what is wrong with a migration of these, after one that made a model."""
    state = ProjectState()
    word = models.CharField(max_length=20, null=True)
    migrations.CreateModel("Pier", [("id", models.BigAutoField(primary_key=True)), ("word", word)]).state_forwards(
        "harbour", state
    )
    kind = type("Migration", (migrations.Migration,), {"__module__": __name__, "operations": operations})
    return faults("harbour", kind("0002_next", "harbour"), state)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.RemoveField("pier", "word"),
        migrations.RenameField("pier", "word", "name"),
        migrations.RenameModel("Pier", "Quay"),
        migrations.DeleteModel("Pier"),
        migrations.AlterModelTable("pier", "piers"),
        migrations.AddField("pier", "name", models.CharField(max_length=20, default="")),
        migrations.AlterField("pier", "word", models.CharField(max_length=20)),
        pytest.param(migrations.AlterField("pier", "word", models.CharField(max_length=10, null=True)), id="shorter"),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("pier", "word")]),
    ],
    ids=repr,
)
def test_what_the_release_before_cannot_bear_is_refused(operation):
    assert len(of(operation)) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("pier", "name", models.CharField(max_length=20, null=True)),
        pytest.param(
            migrations.AddField("pier", "name", models.CharField(max_length=20, db_default="")), id="with a db_default"
        ),
        migrations.AddField("pier", "built_at", models.DateTimeField(db_default=Now())),
        migrations.AlterField("pier", "word", models.CharField(max_length=40, null=True)),
        migrations.CreateModel("Quay", [("id", models.BigAutoField(primary_key=True))]),
        # How a column goes: first out of the state, while it is nullable in the table.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("pier", "word")]),
    ],
    ids=repr,
)
def test_what_the_release_before_can_bear_is_let_pass(operation):
    assert of(operation) == []


def test_a_migration_that_says_which_release_forgot_its_column_may_drop_it(monkeypatch):
    monkeypatch.setitem(globals(), "contracts", "1.3")
    assert of(migrations.RemoveField("pier", "word")) == []
