"""Migration operations: columns are dropped and constraints added in two releases, indexes are added concurrently."""

import pytest
from django.db import IntegrityError, connection, migrations, models

from newsroom.db.migrations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    DropColumn,
    ForgetField,
    ValidateConstraint,
)

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
WORD = models.CharField(max_length=20, default="none")
TABLE = "harbour_pier"


@pytest.fixture
def state():
    """Create a table with a row, and return the state of its migrations; drop the table afterwards."""
    created = migrations.state.ProjectState()
    columns = [("id", models.BigAutoField(primary_key=True)), ("length", models.IntegerField()), ("word", WORD)]
    migrate(migrations.CreateModel("Pier", columns), created)
    execute("INSERT INTO harbour_pier (length, word) VALUES (1, 'old')")
    yield created
    execute("DROP TABLE harbour_pier")


def migrate(operation, state):
    """Run an operation, and change the state accordingly."""
    before = state.clone()
    operation.state_forwards("harbour", state)
    with connection.schema_editor(atomic=not isinstance(operation, AddIndexConcurrently)) as editor:
        operation.database_forwards("harbour", editor, before, state)


def revert(operation, before, after):
    """Revert an operation that led from one state to another."""
    with connection.schema_editor(atomic=not isinstance(operation, AddIndexConcurrently)) as editor:
        operation.database_backwards("harbour", editor, after, before)


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def columns():
    with connection.cursor() as cursor:
        return [each.name for each in connection.introspection.get_table_description(cursor, TABLE)]


def test_the_previous_release_reads_and_writes_a_forgotten_column(state):
    migrate(ForgetField("pier", "word"), state)
    assert "word" not in state.models["harbour", "pier"].fields
    execute("INSERT INTO harbour_pier (length, word) VALUES (2, 'by the old one')")
    execute("INSERT INTO harbour_pier (length) VALUES (3)")
    found = execute("SELECT length, word FROM harbour_pier ORDER BY length")
    assert found == [(1, "old"), (2, "by the old one"), (3, None)]


def test_before_a_column_is_forgotten_rows_need_a_value(state):
    with pytest.raises(IntegrityError):
        execute("INSERT INTO harbour_pier (length) VALUES (3)")


def test_a_forgotten_column_can_be_remembered(state):
    before = state.clone()
    migrate(operation := ForgetField("pier", "word"), state)
    execute("INSERT INTO harbour_pier (length) VALUES (3)")
    revert(operation, before, state)
    assert execute("SELECT length, word FROM harbour_pier ORDER BY length") == [(1, "old"), (3, "none")]
    with pytest.raises(IntegrityError):
        execute("INSERT INTO harbour_pier (length) VALUES (4)")


def test_the_next_release_drops_the_column(state):
    migrate(ForgetField("pier", "word"), state)
    before = state.clone()
    migrate(operation := DropColumn("pier", "word", WORD), state)
    assert columns() == ["id", "length"]
    revert(operation, before, state)
    assert execute("SELECT length, word FROM harbour_pier") == [(1, "none")]


def test_a_column_that_is_gone_already_is_not_dropped_again(state):
    migrate(ForgetField("pier", "word"), state)
    migrate(DropColumn("pier", "word", WORD), state)
    migrate(DropColumn("pier", "word", WORD), state)
    assert columns() == ["id", "length"]


def test_operations_can_be_written_into_a_migration():
    for operation in (ForgetField("pier", "word"), DropColumn("pier", "word", WORD)):
        name, arguments, options = operation.deconstruct()
        assert type(operation)(*arguments, **options).deconstruct()[0] == name
        assert "word" in operation.describe()


def add_index():
    return AddIndexConcurrently("pier", models.Index(fields=["length"], name="pier_length"))


def has_index():
    with connection.cursor() as cursor:
        return "pier_length" in connection.introspection.get_constraints(cursor, TABLE)


def test_an_index_is_added_and_dropped(state):
    before = state.clone()
    migrate(operation := add_index(), state)
    assert has_index()
    revert(operation, before, state)
    assert not has_index()


def add_constraint(shortest):
    condition = models.Q(length__gte=shortest)
    return AddConstraintNotValid("pier", models.CheckConstraint(condition=condition, name="pier_length"))


def test_a_constraint_is_added_in_one_release_and_validated_in_the_next(state):
    migrate(add_constraint(1), state)
    with pytest.raises(IntegrityError):
        execute("INSERT INTO harbour_pier (length, word) VALUES (0, 'short')")
    migrate(ValidateConstraint("pier", "pier_length"), state)
    assert execute("SELECT length FROM harbour_pier") == [(1,)]
