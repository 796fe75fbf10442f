"""After a restore and ``manage.py go_live``, Varnish holds no page that is newer than the database."""

import sqlite3
from contextlib import closing
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from newsroom.http import clock
from newsroom.operations import site_state
from stories import publishing
from tests.edge.test_varnish import NEW, OLD, address_of, rewrite, run_worker
from tests.factories import make_published_story, make_update, make_user


@pytest.fixture
def backup(transactional_db, tmp_path):
    """Return functions that copy the SQLite database to a file, and back."""
    path = tmp_path / "backup.sqlite3"

    def create():
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)

    def restore():
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        site_state.begin_restore(delay=0)
        site_state.end_restore(at=clock.now())

    return create, restore


def test_pages_that_are_newer_than_the_restored_database_leave_varnish(read, backup):
    create, restore = backup
    editor = make_user()
    story = make_published_story(by=editor)
    rewrite(story, OLD, by=editor)
    publishing.publish(story, by=editor, change=make_update())
    create()
    rewrite(story, NEW, by=editor)
    publishing.publish(story, by=editor, change=make_update("It was measured again."))
    run_worker()
    assert [read(address_of(story)).is_hit for _ in range(2)] == [False, True]
    restore()
    run_worker()
    held = read(address_of(story))
    assert (held.is_hit, NEW in held.words) == (True, True), "A quiet site purges nothing."
    call_command("go_live", "--yes", stdout=StringIO())
    after = read(address_of(story))
    assert (after.is_hit, OLD in after.words, NEW in after.words) == (False, True, False)
    assert read(address_of(story)).is_hit
    run_worker()
    assert read(address_of(story)).is_hit, "The second purge is due a minute later."
