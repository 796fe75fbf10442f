"""The rule for migrations: the previous release must work on the new schema (CONTRIBUTING.md)."""

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from newsroom.db.migrations import AddIndexConcurrently, DropColumn, ForgetField

pytestmark = pytest.mark.database

RELEASED = (Path(__file__).parent / "upgrade" / "released.txt").read_text("utf-8")
RELEASED_MIGRATIONS = set(re.findall(r"^(\w+)\.(\w+)$", RELEASED, re.MULTILINE))
COMMITS = dict(re.findall(r"^release (\S+) (\w+)$", RELEASED, re.MULTILINE))
# Tables that have more than 100,000 rows on a large site.
LARGE_TABLES = {
    *(("stories", name) for name in ("document", "edition", "revision")),
    ("django_tasks_database", "dbtaskresult"),
    ("pages", "pagekey"),
    ("pages", "storedpage"),
    ("record", "event"),
    ("search", "searchdocument"),
}

BREAKING = {
    migrations.RemoveField: "removes a column",
    migrations.RenameField: "renames a column",
    migrations.RenameModel: "renames a table",
    migrations.DeleteModel: "removes a table",
    migrations.AlterModelTable: "renames a table",
    DropColumn: "removes a column",
}


def iter_database_operations(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield the operations that change tables, not those that change only the migration state."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from iter_database_operations(operation.database_operations)
        else:
            yield operation


def find_break(label: str, operation: Operation, state: ProjectState) -> str | None:
    """Return a description of how an operation breaks the previous release, or None if it does not."""
    for kind, description in BREAKING.items():
        if isinstance(operation, kind):
            return description
    if isinstance(operation, migrations.AddField):
        field = operation.field
        is_filled = field.null or field.many_to_many or field.generated or field.has_db_default()
        return None if is_filled else "adds a column that is neither nullable nor has a db_default"
    if isinstance(operation, migrations.AddIndex) and not isinstance(operation, AddIndexConcurrently):
        is_large = (label, operation.model_name.lower()) in LARGE_TABLES
        return "adds an index to a large table while nobody can write to it" if is_large else None
    if isinstance(operation, migrations.RunPython):
        # Only the author knows how many rows the function changes at once.
        is_declared = operation.hints.get("rows") in {"none", "few", "batches"}
        return None if is_declared else "does not say hints={'rows': 'none'}, 'few' or 'batches'"
    if isinstance(operation, migrations.AlterField):
        before = state.models[label, operation.model_name_lower].fields[operation.name]
        if before.null and not operation.field.null and not operation.field.has_db_default():
            return "makes a column NOT NULL"
        shorter, longer = operation.field.max_length, before.max_length
        if shorter is not None and (longer is None or shorter < longer):
            return "makes a column shorter"
    return None


def find_faults(label: str, migration: migrations.Migration, state: ProjectState) -> list[str]:
    """Return how a migration breaks the previous release. ``state`` is the state before it, and is updated.

    A migration that declares ``contracts``, the previous release, may remove what the code of that release does not name.
    """
    if contracts := getattr(sys.modules[migration.__module__], "contracts", None):
        removed = (migrations.RemoveField, DropColumn)
        names = {each.name for each in iter_database_operations(migration.operations) if isinstance(each, removed)}
        used = sorted(name for name in names if is_named_in(contracts, name))
        return [f"{label}.{migration.name} removes {name}, which the code of {contracts} names" for name in used]
    faults: list[str] = []
    for operation in migration.operations:
        breaks = [find_break(label, each, state) for each in iter_database_operations([operation])]
        faults += [f"{label}.{migration.name} {each}: {operation.describe()}" for each in breaks if each]
        operation.state_forwards(label, state)
    return faults


def is_named_in(release: str, name: str) -> bool:
    """Return whether the code of a release contains a word, apart from its migrations."""
    command = ["git", "grep", "--quiet", "--word-regexp", name, COMMITS[release], "--"]
    places = ["newsroom", "stories", "topics", "templates", ":(exclude,glob)**/migrations/**"]
    return subprocess.run([*command, *places], cwd=settings.BASE_DIR, check=False).returncode == 0


def load_own_migrations(loader: MigrationLoader) -> dict[tuple[str, str], migrations.Migration]:
    ours = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(settings.BASE_DIR)}
    ours -= {config.label for config in apps.get_app_configs() if ".venv" in config.path}
    return {key: migration for key, migration in sorted(loader.disk_migrations.items()) if key[0] in ours}


def test_migrations_do_not_break_the_previous_release():
    loader = MigrationLoader(None)
    later = {key: each for key, each in load_own_migrations(loader).items() if key not in RELEASED_MIGRATIONS}
    faults = [
        fault
        for key, migration in later.items()
        for fault in find_faults(key[0], migration, loader.project_state(key, at_end=False))
    ]
    assert faults == [], "Remove it one release later: see CONTRIBUTING.md."


def test_the_released_migrations_are_there():
    assert set(load_own_migrations(MigrationLoader(None))) >= RELEASED_MIGRATIONS
    assert len(RELEASED_MIGRATIONS) > 10


def test_an_initial_migration_only_creates_objects():
    creates = (migrations.CreateModel, migrations.AddField, migrations.AddIndex, migrations.AddConstraint)
    initial = [each for each in load_own_migrations(MigrationLoader(None)).values() if each.initial]
    others = {
        type(operation)
        for migration in initial
        for operation in migration.operations
        if not isinstance(operation, creates)
    }
    assert others == {migrations.RunPython}
    assert len(initial) == len({each.app_label for each in initial})


@pytest.mark.django_db
def test_migrate_names_the_required_steps_if_only_some_replaced_migrations_are_applied():
    recorder = MigrationRecorder(connection)
    key, initial = next(
        item for item in load_own_migrations(MigrationLoader(None)).items() if len(item[1].replaces) > 2
    )
    for each in (key, *initial.replaces[-2:]):  # in a new database the replaced migrations are recorded as applied too
        recorder.record_unapplied(*each)
    with pytest.raises(CommandError, match=rf"replaced: 2 of {key[0]} missing(?s:.)*docs/upgrading\.md"):
        call_command("migrate", interactive=False, skip_checks=False)


@pytest.mark.django_db
def test_a_database_with_all_replaced_migrations_needs_no_step(capsys):
    recorder = MigrationRecorder(connection)
    for key, initial in load_own_migrations(MigrationLoader(None)).items():
        if initial.replaces:
            recorder.record_unapplied(*key)
    call_command("migrate", interactive=False)
    assert "No migrations to apply." in capsys.readouterr().out
    assert not MigrationLoader(connection).replacements.keys() - MigrationLoader(connection).applied_migrations.keys()


def faults_of(*operations: Operation) -> list[str]:
    """Return the faults of a migration with these operations, which follows one that creates a model."""
    state = ProjectState()
    word = models.CharField(max_length=20, null=True)
    migrations.CreateModel("Pier", [("id", models.BigAutoField(primary_key=True)), ("word", word)]).state_forwards(
        "harbour", state
    )
    kind = type("Migration", (migrations.Migration,), {"__module__": __name__, "operations": operations})
    return find_faults("harbour", kind("0002_next", "harbour"), state)


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
        pytest.param(DropColumn("pier", "word", models.CharField(max_length=20)), id="DropColumn"),
        pytest.param(migrations.RunPython(migrations.RunPython.noop), id="RunPython"),
    ],
    ids=repr,
)
def test_an_operation_that_breaks_the_previous_release_is_refused(operation):
    assert len(faults_of(operation)) == 1


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
        # The first step in removing a column: it is removed from the state only, and is nullable in the table.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("pier", "word")]),
        pytest.param(ForgetField("pier", "word"), id="ForgetField"),
        pytest.param(migrations.AddIndex("pier", models.Index(fields=["word"], name="pier_word")), id="AddIndex"),
        pytest.param(migrations.RunPython(migrations.RunPython.noop, hints={"rows": "batches"}), id="RunPython"),
    ],
    ids=repr,
)
def test_an_operation_that_does_not_break_the_previous_release_is_accepted(operation):
    assert faults_of(operation) == []


@pytest.mark.parametrize(
    "operation", [migrations.RemoveField("pier", "word"), DropColumn("pier", "word", models.CharField(max_length=20))]
)
def test_a_migration_that_declares_contracts_may_remove_a_column_that_the_release_does_not_name(monkeypatch, operation):
    monkeypatch.setitem(globals(), "contracts", "1.3")
    monkeypatch.setitem(globals(), "is_named_in", lambda release, name: False)
    assert faults_of(operation) == []
    monkeypatch.setitem(globals(), "is_named_in", lambda release, name: (release, name) == ("1.3", "word"))
    assert faults_of(operation) == ["harbour.0002_next removes word, which the code of 1.3 names"]


def test_the_code_of_a_release_names_the_columns_that_it_uses():
    release = next(iter(COMMITS))
    assert is_named_in(release, "live_until")
    assert not is_named_in(release, "nobody_has_such_a_column")


@pytest.mark.parametrize(
    ("operation", "count"), [(migrations.AddIndex, 1), (AddIndexConcurrently, 0)], ids=["AddIndex", "concurrently"]
)
def test_an_index_on_a_large_table_is_added_concurrently(operation, count):
    state = ProjectState()
    columns = [("id", models.BigAutoField(primary_key=True)), ("word", models.TextField())]
    migrations.CreateModel("Edition", columns).state_forwards("stories", state)
    added = operation("edition", models.Index(fields=["word"], name="edition_word"))
    kind = type("Migration", (migrations.Migration,), {"__module__": __name__, "operations": [added]})
    assert len(find_faults("stories", kind("0002_next", "stories"), state)) == count
