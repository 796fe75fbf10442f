"""The file of an SQLite database after something was erased."""

import sqlite3

import pytest
from django.db import connection

from stories.publishing.erasing import erase_work
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_when_another_program_reads_on_the_log_says_what_is_left_to_do(caplog):
    story, chief = make_story(), make_user(role="Administrator")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    reader = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stories_work").fetchone()
        erase_work(story, by=chief, reason="Regional court of Lisle, file 12.")
    finally:
        reader.close()
        connection.close()
    assert "its bytes may still lie in the database file" in caplog.text
