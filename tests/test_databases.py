"""The rows of the test database are restored after a test that commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
from django.db import OperationalError, connection, transaction

from newsroom.accounts.models import User
from tests import databases
from tests.factories import make_user
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@contextmanager
def transaction_in_progress(seconds: float) -> Iterator[None]:
    """Within the block, a thread has inserted a topic; it commits ``seconds`` later, or when the block ends.

    Before it commits, it also inserts a user.
    """
    has_inserted, may_commit = Event(), Event()

    def insert() -> None:
        try:
            with transaction.atomic():
                Topic.objects.create(slug="gates", name="Gates", kind="place")
                has_inserted.set()
                may_commit.wait(seconds)
                make_user(username="late")
        finally:
            connection.close()

    thread = Thread(target=insert)
    thread.start()
    assert has_inserted.wait(60)
    try:
        yield
    finally:
        may_commit.set()
        thread.join()


def test_rows_of_a_transaction_in_progress_are_removed_too(django_db_setup):
    with transaction_in_progress(seconds=0.3):
        django_db_setup.restore()
    assert not Topic.objects.exists()
    assert not User.objects.filter(username="late").exists()


def test_restoring_fails_if_a_transaction_does_not_end(django_db_setup, monkeypatch):
    make_user(username="early")
    with transaction_in_progress(seconds=60):
        with monkeypatch.context() as patch:
            patch.setattr(databases, "LOCK_TIMEOUT", 0.1)
            with pytest.raises(OperationalError):
                django_db_setup.restore()
        assert User.objects.filter(username="early").exists()
    assert Topic.objects.exists()
