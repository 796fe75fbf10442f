"""The rule for migrations: the previous release must work on the new schema (CONTRIBUTING.md)."""

import hashlib
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models.functions import Now

from newsroom.db.migrations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    DropColumn,
    ForgetField,
    ValidateConstraint,
)
from stories.publishing.triggers import postgresql, rules, sqlite

pytestmark = pytest.mark.database

RELEASED = (Path(__file__).parent / "upgrade" / "released.txt").read_text("utf-8")
RELEASED_MIGRATIONS = set(re.findall(r"^(\w+)\.(\w+)$", RELEASED, re.MULTILINE))
TRIGGERS = re.findall(r"^triggers (\d+) (\w+)$", RELEASED, re.MULTILINE)
COMMITS = dict(re.findall(r"^release (\S+) (\w+)$", RELEASED, re.MULTILINE))
# Tables that have few rows on every site. Any other table may have more than 100,000.
SMALL_TABLES = {
    *(("accounts", name) for name in ("contributor", "invitation", "user")),
    *(("operations", name) for name in ("alertpause", "backup", "drill", "process", "pulse", "sitestate", "tidyrun")),
    *(("stories", name) for name in ("checklevel", "frontplace", "houseword")),
    ("jobs", "workerlife"),
    ("record", "erasure"),
    ("site", "aboutpage"),
}

BREAKING = {
    migrations.RemoveField: "removes a column",
    migrations.RenameField: "renames a column",
    migrations.RenameModel: "renames a table",
    migrations.DeleteModel: "removes a table",
    migrations.AlterModelTable: "renames a table",
    migrations.AlterUniqueTogether: "changes what is unique",
    migrations.AlterOrderWithRespectTo: "adds or removes a column",
    migrations.RunSQL: "runs SQL, which this test cannot judge",
    DropColumn: "removes a column",
}
HARMLESS = (
    migrations.CreateModel,
    migrations.AlterConstraint,  # changes no table: it only updates the message of a constraint
    migrations.AlterModelManagers,
    migrations.AlterModelOptions,
    migrations.AlterModelTableComment,
    migrations.RemoveIndex,
    migrations.RenameIndex,
    AddConstraintNotValid,
    AddIndexConcurrently,
    ForgetField,
    ValidateConstraint,
)
INDEX_WITH_LOCK = "adds an index to a large table while nobody can write to it"
# Changes of type that rewrite no row, and that the code of the previous release does not notice.
WIDENINGS = {("SlugField", "CharField"), ("SlugField", "TextField"), ("CharField", "TextField")}


def iter_database_operations(operations: Sequence[Operation]) -> Iterator[Operation]:
    """Yield the operations that change tables, not those that change only the migration state."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from iter_database_operations(operation.database_operations)
        else:
            yield operation


def find_break(
    label: str,
    operation: Operation,
    state: ProjectState,
    added: Set[tuple[str, str]],
    small_tables: Set[tuple[str, str]],
) -> str | None:
    """Return a description of how an operation breaks the previous release, or None if it does not.

    ``added`` are the columns that the same migration adds, as pairs of a model and a field.
    """
    if isinstance(operation, HARMLESS):
        return None
    if isinstance(operation, migrations.RunPython):
        # Only the author knows how many rows the function changes at once.
        is_declared = operation.hints.get("rows") in {"none", "few", "batches"}
        return None if is_declared else "does not say hints={'rows': 'none'}, 'few' or 'batches'"
    for kind, description in BREAKING.items():
        if isinstance(operation, kind):
            return description
    if not isinstance(operation, FieldOperation | IndexOperation):
        return "is an operation that this test does not know"
    model = operation.model_name_lower
    is_large = (label, model) not in small_tables
    match operation:
        case migrations.AddField():
            return find_break_by_column(operation.field, is_large=is_large)
        case migrations.AlterField():
            before = state.models[label, model].fields[operation.name]
            return find_break_by_change(before, operation.field, is_large=is_large)
        case migrations.AddIndex():
            return INDEX_WITH_LOCK if is_large else None
        case migrations.AddConstraint(constraint=models.UniqueConstraint(fields=fields)) if fields and not is_large:
            # The previous release does not write these columns.
            return None if {(model, name) for name in fields} <= added else "makes columns unique"
        case migrations.AddConstraint():
            return "adds a constraint that is not NOT VALID"
        case migrations.RemoveConstraint():
            constraints = {each.name: each for each in state.models[label, model].options["constraints"]}
            # The previous release may resolve conflicts by this constraint.
            is_unique = isinstance(constraints[operation.name], models.UniqueConstraint)
            return "removes a unique constraint" if is_unique else None
    return "is an operation that this test does not know"


def is_indexed(field: models.Field[Any, Any]) -> bool:
    return bool(getattr(field, "db_index", False))


def find_break_by_column(field: models.Field[Any, Any], *, is_large: bool) -> str | None:
    """Return how a new column breaks the previous release, or None if it does not."""
    if field.many_to_many or field.generated:
        return None
    if not field.null and not field.has_db_default():
        return "adds a column that is neither nullable nor has a db_default"
    if field.unique and (field.has_db_default() or is_large):
        return "adds a unique column to a large table, or one of which all rows have the same value"
    return INDEX_WITH_LOCK if is_large and is_indexed(field) else None


def find_break_by_change(
    before: models.Field[Any, Any], after: models.Field[Any, Any], *, is_large: bool
) -> str | None:
    """Return how a change of a field breaks the previous release, or None if it does not."""
    types = (before.get_internal_type(), after.get_internal_type())
    digits = [(getattr(each, "max_digits", None), getattr(each, "decimal_places", None)) for each in (before, after)]
    targets = [str(each.deconstruct()[3].get("to", "")).lower() for each in (before, after)]
    if before.db_column != after.db_column:
        return "renames a column"
    if (types[0] != types[1] and types not in WIDENINGS) or digits[0] != digits[1]:
        return "changes the type of a column"
    if targets[0] != targets[1]:
        return "makes a column refer to another table"
    if before.unique != after.unique:
        return "changes what is unique"
    if before.null and not after.null:
        return "makes a column NOT NULL"
    if before.has_db_default() and not after.has_db_default() and not after.null:
        return "removes the default of a column"
    shorter, longer = after.max_length, before.max_length
    if shorter is not None and (longer is None or shorter < longer):
        return "makes a column shorter"
    return INDEX_WITH_LOCK if is_large and is_indexed(after) and not is_indexed(before) else None


def find_faults(
    label: str,
    migration: migrations.Migration,
    state: ProjectState,
    small_tables: Set[tuple[str, str]] = SMALL_TABLES,
) -> list[str]:
    """Return how a migration breaks the previous release. ``state`` is the state before it, and is updated.

    A migration that declares ``contracts``, the previous release, may remove what the code of that release does not
    name, and may add constraints that this code obeys.
    """
    contracts = getattr(sys.modules[migration.__module__], "contracts", None)
    faults: list[str] = []
    added: set[tuple[str, str]] = set()
    for operation in migration.operations:
        for each in iter_database_operations([operation]):
            if contracts and isinstance(each, migrations.RemoveField | migrations.DeleteModel | DropColumn):
                if is_named_in(contracts, each.name):
                    faults.append(f"{label}.{migration.name} removes {each.name}, which the code of {contracts} names")
            elif contracts and isinstance(each, migrations.AddConstraint):
                continue
            elif broken := find_break(label, each, state, added, small_tables):
                faults.append(f"{label}.{migration.name} {broken}: {operation.describe()}")
            elif isinstance(each, migrations.AddField):
                added.add((each.model_name_lower, each.name))
            elif isinstance(each, AddIndexConcurrently) and migration.atomic:
                faults.append(f"{label}.{migration.name} needs atomic = False: {operation.describe()}")
        operation.state_forwards(label, state)
    return faults


def digest_triggers() -> str:
    """Return a digest of the statements that create the triggers on both databases."""
    columns = {
        model._meta.db_table: {field.column for field in model._meta.concrete_fields if field.column}
        for model in apps.get_models(include_auto_created=True)
    }
    statements: list[str] = []
    for language in (postgresql, sqlite):
        for rule in language.rules(rules.build_rules(columns), columns):
            statements += language.statements(rule, "")
        for constraint in language.constraints(columns).values():
            statements += constraint
    return hashlib.sha256("\n".join(sorted(statements)).encode()).hexdigest()[:16]


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


def test_each_small_table_is_that_of_a_model():
    assert {(model._meta.app_label, str(model._meta.model_name)) for model in apps.get_models()} >= SMALL_TABLES


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


PIER = (
    ("id", models.BigAutoField(primary_key=True)),
    ("word", models.CharField(max_length=20, null=True)),
    ("code", models.SlugField(max_length=20, db_default="")),
    ("length", models.DecimalField(max_digits=5, decimal_places=1)),
    ("place", models.ForeignKey("harbour.Place", models.PROTECT)),
    ("mark", models.CharField(max_length=20, unique=True)),
)


def faults_of(*operations: Operation, is_small: bool = True, atomic: bool = True) -> list[str]:
    """Return the faults of a migration with these operations, which follows one that creates a model."""
    label, model = "harbour", "Pier"
    state = ProjectState()
    unique = models.UniqueConstraint(fields=["word", "length"], name="once")
    positive = models.CheckConstraint(condition=models.Q(length__gt=0), name="positive")
    before = migrations.CreateModel(model, [*PIER], options={"constraints": [unique, positive]})
    before.state_forwards(label, state)
    namespace = {"__module__": __name__, "operations": operations, "atomic": atomic}
    migration = type("Migration", (migrations.Migration,), namespace)("0002_next", label)
    return find_faults(label, migration, state, *([{(label, model.lower())}] if is_small else []))


class Unknown(Operation):
    """An operation that the rule does not cover."""

    def state_forwards(self, app_label, state):
        pass


def alter(name: str, field: models.Field[Any, Any]) -> migrations.AlterField:
    return migrations.AlterField("pier", name, field)


ONE_WORD = models.UniqueConstraint(fields=["word"], name="one_word")
LONG = models.CheckConstraint(condition=models.Q(length__gt=1), name="long")
PIER_WORD = models.Index(fields=["word"], name="pier_word")
# Operations that violate the rule in each row of the table in CONTRIBUTING.md.
BREAKS: dict[str, list[Operation]] = {
    "add a column": [
        migrations.AddField("pier", "name", models.CharField(max_length=20, default="")),
        migrations.AddField("pier", "name", models.CharField(max_length=20, db_default="", unique=True)),
        migrations.AlterOrderWithRespectTo("pier", "place"),
    ],
    "remove a column": [
        migrations.RemoveField("pier", "word"),
        migrations.SeparateDatabaseAndState(database_operations=[migrations.RemoveField("pier", "word")]),
        DropColumn("pier", "word", models.CharField(max_length=20)),
        migrations.DeleteModel("Pier"),
        alter("code", models.SlugField(max_length=20)),
    ],
    "rename a column": [
        migrations.RenameField("pier", "word", "name"),
        migrations.RenameModel("Pier", "Quay"),
        migrations.AlterModelTable("pier", "piers"),
        alter("word", models.CharField(max_length=20, null=True, db_column="name")),
    ],
    "change its type": [
        alter("word", models.IntegerField(null=True)),
        alter("word", models.CharField(max_length=10, null=True)),
        alter("length", models.DecimalField(max_digits=5, decimal_places=2)),
        alter("place", models.ForeignKey("harbour.Quay", models.PROTECT)),
    ],
    "split it": [
        migrations.RunPython(migrations.RunPython.noop),
        migrations.RunSQL("UPDATE harbour_pier SET word = code"),
    ],
    "add a constraint": [
        alter("word", models.CharField(max_length=20)),
        alter("word", models.CharField(max_length=20, null=True, unique=True)),
        migrations.AddConstraint("pier", ONE_WORD),
        migrations.AddConstraint("pier", LONG),
        migrations.AlterUniqueTogether("pier", {("word", "code")}),
    ],
    "remove a constraint": [
        migrations.RemoveConstraint("pier", "once"),
        alter("mark", models.CharField(max_length=20)),
    ],
    "anything else": [Unknown()],
}


@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(each, id=f"{row}, {number}: {type(each).__name__}")
        for row, operations in BREAKS.items()
        for number, each in enumerate(operations)
    ],
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
        pytest.param(
            migrations.AddField("pier", "name", models.CharField(max_length=20, null=True, unique=True)), id="unique"
        ),
        migrations.AddField("pier", "built_at", models.DateTimeField(db_default=Now())),
        migrations.AlterField("pier", "word", models.CharField(max_length=40, null=True)),
        pytest.param(migrations.AlterField("pier", "word", models.TextField(null=True)), id="wider type"),
        migrations.CreateModel("Quay", [("id", models.BigAutoField(primary_key=True))]),
        # The first step in removing a column: it is removed from the state only, and is nullable in the table.
        migrations.SeparateDatabaseAndState(state_operations=[migrations.RemoveField("pier", "word")]),
        pytest.param(ForgetField("pier", "word"), id="ForgetField"),
        pytest.param(migrations.AddIndex("pier", PIER_WORD), id="AddIndex"),
        pytest.param(migrations.RunPython(migrations.RunPython.noop, hints={"rows": "batches"}), id="RunPython"),
        pytest.param(AddConstraintNotValid("pier", LONG), id="AddConstraintNotValid"),
        pytest.param(ValidateConstraint("pier", "positive"), id="ValidateConstraint"),
        migrations.RemoveConstraint("pier", "positive"),
    ],
    ids=repr,
)
def test_an_operation_that_does_not_break_the_previous_release_is_accepted(operation):
    assert faults_of(operation) == []


def test_what_a_migration_adds_itself_may_be_unique():
    constraint = models.UniqueConstraint(fields=["name"], name="one_name")
    added = migrations.AddField("pier", "name", models.CharField(max_length=20, null=True))
    assert faults_of(added, migrations.AddConstraint("pier", constraint)) == []


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


@pytest.mark.parametrize("constraint", [ONE_WORD, LONG], ids=["unique", "check"])
def test_a_migration_that_declares_contracts_may_add_a_constraint_that_the_release_obeys(monkeypatch, constraint):
    monkeypatch.setitem(globals(), "contracts", "1.3")
    assert faults_of(migrations.AddConstraint("pier", constraint)) == []
    [fault] = faults_of(migrations.RenameField("pier", "word", "name"))
    assert "renames a column" in fault


@pytest.mark.parametrize(
    ("operation", "atomic", "count"),
    [
        (migrations.AddIndex("pier", PIER_WORD), False, 1),
        (AddIndexConcurrently("pier", PIER_WORD), True, 1),
        (AddIndexConcurrently("pier", PIER_WORD), False, 0),
        (migrations.AddField("pier", "quay", models.ForeignKey("harbour.Quay", models.PROTECT, null=True)), True, 1),
        (migrations.AddField("pier", "name", models.CharField(max_length=9, null=True, unique=True)), True, 1),
        (alter("word", models.CharField(max_length=20, null=True, db_index=True)), True, 1),
    ],
    ids=["AddIndex", "atomic", "concurrently", "foreign key", "unique", "db_index"],
)
def test_an_index_is_added_concurrently_unless_the_table_is_known_to_be_small(operation, atomic, count):
    assert len(faults_of(operation, is_small=False, atomic=atomic)) == count


def find_trigger_fault() -> str | None:
    """Return a sentence if the triggers differ from those of the last release but have no higher version, or None."""
    (version, digest) = TRIGGERS[-1]
    is_newer = int(version) < rules.VERSION
    return None if is_newer or digest_triggers() == digest else f"{VERSION_RULE} It is {digest_triggers()} now."


VERSION_RULE = "The triggers have changed: increase VERSION in stories/publishing/triggers/rules.py."


def test_changed_triggers_have_a_new_version():
    assert find_trigger_fault() is None


def test_triggers_that_change_without_a_new_version_are_refused(monkeypatch):
    monkeypatch.setitem(globals(), "TRIGGERS", [(str(rules.VERSION), digest_triggers())])
    assert find_trigger_fault() is None
    build = rules.build_rules
    monkeypatch.setattr(rules, "build_rules", lambda columns: [replace(each, when="1") for each in build(columns)])
    assert VERSION_RULE in (find_trigger_fault() or "")
    monkeypatch.setattr(rules, "VERSION", rules.VERSION + 1)
    assert find_trigger_fault() is None
