"""An index on a large table is added while others write, and waits for them only briefly."""

import threading

import pytest
from django.db import OperationalError, connection, migrations, models
from django.test.utils import CaptureQueriesContext

from newsroom.db import migrations as operations
from newsroom.db.migrations import AddIndexConcurrently
from tests.races.processes import MAX_WAIT

pytestmark = pytest.mark.django_db(transaction=True)
INDEX = AddIndexConcurrently("pier", models.Index(fields=["length"], name="pier_length"))


@pytest.fixture
def state(monkeypatch):
    """Create a table, and return the state of its migrations; drop the table afterwards."""
    monkeypatch.setattr(operations, "LOCK_TIMEOUT", 0.05)
    monkeypatch.setattr(operations, "PAUSE", 0.2)
    created = migrations.state.ProjectState()
    operation = migrations.CreateModel(
        "Pier", [("id", models.AutoField(primary_key=True)), ("length", models.IntegerField())]
    )
    operation.state_forwards("harbour", created)
    with connection.schema_editor() as editor:
        operation.database_forwards("harbour", editor, migrations.state.ProjectState(), created)
    yield created
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE harbour_pier")


def add_index(state):
    after = state.clone()
    INDEX.state_forwards("harbour", after)
    with connection.schema_editor(atomic=False) as editor:
        INDEX.database_forwards("harbour", editor, state, after)


def find_index():
    """Return whether the index is valid, or None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass('pier_length')")
        row = cursor.fetchone()
    return row[0] if row else None


def hold_lock(is_held, may_end):
    """Write to the table in a transaction that ends when it may."""
    own = connection.copy()
    own.set_autocommit(False)
    try:
        with own.cursor() as cursor:
            cursor.execute("INSERT INTO harbour_pier (length) VALUES (1)")
            is_held.set()
            may_end.wait(MAX_WAIT)
    finally:
        own.close()


def test_it_gives_up_after_three_tries_while_a_transaction_is_open_and_succeeds_afterwards(state):
    is_held, may_end = threading.Event(), threading.Event()
    writer = threading.Thread(target=hold_lock, args=(is_held, may_end))
    writer.start()
    assert is_held.wait(MAX_WAIT)
    with CaptureQueriesContext(connection) as queries, pytest.raises(OperationalError, match="canceling statement"):
        add_index(state)
    # Each try begins with dropping what the one before it has left.
    tries = [query["sql"] for query in queries if query["sql"].startswith("DROP INDEX CONCURRENTLY")]
    assert len(tries) == 3
    assert find_index() is not True
    threading.Timer(0.3, may_end.set).start()
    add_index(state)
    writer.join(MAX_WAIT)
    assert find_index() is True


def test_it_needs_a_migration_that_is_not_atomic(state):
    after = state.clone()
    INDEX.state_forwards("harbour", after)
    with pytest.raises(ValueError, match="needs atomic = False"), connection.schema_editor() as editor:
        INDEX.database_forwards("harbour", editor, state, after)
