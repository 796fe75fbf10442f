"""Connections from a pool, as a site has them. Other tests have no pool."""

import pytest
from django.db import connection

from newsroom.db.postgresql.base import DatabaseWrapper
from newsroom.operations import locks
from newsroom.operations.commands import LockedError

pytestmark = pytest.mark.django_db(transaction=True)

# Other runs of the tests may use other databases of the server.
LOCKS = """
    FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


@pytest.fixture
def pooled(monkeypatch):
    """Return a connection to the database of the tests from a pool of its own, and let locks use it."""
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 1, "max_size": 3, "timeout": 5}}
    wrapper = DatabaseWrapper({**connection.settings_dict, "OPTIONS": options, "CONN_MAX_AGE": 0}, alias="pooled")
    monkeypatch.setattr(locks, "connection", wrapper)
    yield wrapper
    wrapper.close()
    wrapper.close_pool()


def test_a_lock_is_held_on_another_connection_of_the_pool(pooled):
    with pooled.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        with locks.exclusive_run("a test", refusal="Another run holds it."):
            cursor.execute(f"SELECT pid <> pg_backend_pid() {LOCKS}")
            assert cursor.fetchall() == [(True,)]
            with pytest.raises(LockedError), locks.exclusive_run("a test", refusal="Another run holds it."):
                pass
        cursor.execute(f"SELECT count(*) {LOCKS}")
        assert cursor.fetchone() == (0,)


def test_a_lock_leaves_no_open_transaction_of_which_the_pool_warns(pooled, caplog):
    with locks.exclusive_run("a test", refusal="Another run holds it."):
        pass
    assert [record.message for record in caplog.records if record.name.startswith("psycopg")] == []
