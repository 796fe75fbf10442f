"""A constraint is added without a check of the existing rows, which the next release checks."""

import pytest
from django.db import IntegrityError, connection, migrations, models

from newsroom.db.migrations import AddConstraintNotValid, ValidateConstraint

pytestmark = pytest.mark.django_db
LONG = models.CheckConstraint(condition=models.Q(length__gt=1), name="pier_length")


def migrate(operation, state):
    """Run an operation, and return the state after it."""
    after = state.clone()
    operation.state_forwards("harbour", after)
    with connection.schema_editor() as editor:
        operation.database_forwards("harbour", editor, state, after)
    return after


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_rows_that_violate_it_stay_until_it_is_validated():
    columns = [("id", models.AutoField(primary_key=True)), ("length", models.IntegerField())]
    state = migrate(migrations.CreateModel("Pier", columns), migrations.state.ProjectState())
    execute("INSERT INTO harbour_pier (length) VALUES (1)")
    state = migrate(AddConstraintNotValid("pier", LONG), state)
    validate = ValidateConstraint("pier", LONG.name)
    with pytest.raises(IntegrityError, match=LONG.name):
        migrate(validate, state)
    execute("UPDATE harbour_pier SET length = 2")
    migrate(validate, state)
    with pytest.raises(IntegrityError, match=LONG.name):
        execute("INSERT INTO harbour_pier (length) VALUES (1)")
