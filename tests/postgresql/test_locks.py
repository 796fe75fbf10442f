"""A lock whose connection is cut, as by a firewall that ends idle connections."""

import pytest
from django.core.management.base import CommandError
from django.db import connection

from newsroom.operations.locks import exclusive_run

pytestmark = pytest.mark.django_db(transaction=True)

_CUT = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_locks JOIN pg_database ON pg_database.oid = database
    WHERE locktype = 'advisory' AND datname = current_database()
"""


def cut_connection():
    """End the connection that holds the lock, and wait until it has ended."""
    with connection.cursor() as cursor:
        cursor.execute(_CUT)
        assert cursor.fetchall() == [(True,)]


def test_what_was_done_under_a_lock_is_done_even_if_its_connection_was_cut(caplog):
    with exclusive_run("a test", refusal="Another run holds it."):
        cut_connection()
    [record] = [record for record in caplog.records if record.name == "newsroom.operations.locks"]
    assert record.getMessage().startswith("The connection that held the lock “a test” was cut: ")
    with exclusive_run("a test", refusal="Another run holds it."):
        pass


def test_an_error_under_a_lock_whose_connection_was_cut_is_the_one_that_is_raised():
    def fail():
        cut_connection()
        raise CommandError("The file cannot be read.")

    with pytest.raises(CommandError, match="cannot be read"), exclusive_run("a test", refusal="Another run holds it."):
        fail()
