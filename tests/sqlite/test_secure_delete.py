"""Erased and deleted words are removed from the file of an SQLite database, or the log warns that they may remain."""

import random
import sqlite3
from collections.abc import Callable

import pytest
from django.db import connection

from newsroom.search import index
from stories.drafts.search.index import rebuild_sqlite_index
from stories.publishing.erase import erase_work
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_log_warns_that_erased_bytes_may_remain_if_another_program_is_reading_the_database(caplog):
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
    assert "its bytes may still be in the database file" in caplog.text


# Statements for a full-text index; {0} is its name.
WRITE = "INSERT INTO {0} (rowid, words) VALUES (%s, %s)"
DELETE = "DELETE FROM {0} WHERE rowid = %s"
MERGE = "INSERT INTO {0} ({0}) VALUES ('optimize')"
EMPTY = "DELETE FROM {0}"
READ = "SELECT block FROM {0}_data"


def change_randomly(run: Callable[..., object], chance: random.Random) -> None:
    """Write and delete rows of an index in random order, and sometimes merge its segments."""
    written: list[int] = []
    run(EMPTY)
    for number in range(1, chance.randrange(2, 60)):
        kind = chance.random()
        if kind < 0.2:
            run(MERGE)
        elif kind < 0.6 or not written:
            words = (str(chance.randrange(100_000)) for _ in range(chance.choice([3, 30, 300, 1_500])))
            run(WRITE, number, " ".join(words))
            written.append(number)
        else:
            run(DELETE, written.pop(chance.randrange(len(written))))


@pytest.mark.parametrize(
    ("index", "purge"), [("search_index", index.purge_deleted_words), ("stories_draft_index", rebuild_sqlite_index)]
)
def test_no_word_of_a_deleted_row_stays_in_an_index(index, purge):
    def run(statement, *values):
        with connection.cursor() as cursor:
            return cursor.execute(statement.format(index), values).fetchall()

    failed_seeds = []
    for seed in range(30):
        chance = random.Random(seed)  # noqa: S311  # the same in every run
        change_randomly(run, chance)
        run(WRITE, 1_000, " ".join(f"{chance.choice('xyz')}{n}secret" for n in range(chance.choice([2, 20, 200]))))
        run(DELETE, 1_000)
        purge()
        if any(b"secret" in block for (block,) in run(READ)):
            failed_seeds.append(seed)
    assert failed_seeds == []
