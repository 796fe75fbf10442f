"""A backup of a running site on PostgreSQL, made and restored with the commands in docs/operating.md."""

import os

import psycopg
import pytest
from django.db import connection

from tests.backup_copies import REVISIONS_SQL, assert_complete, find_documented_command, run, run_during_writes
from tests.factories import make_story

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]
RESTORED = "newsroom_restored"


@pytest.fixture
def restored():
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {RESTORED}")
        yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{RESTORED}"
        cursor.execute(f"DROP DATABASE {RESTORED} WITH (FORCE)")


def test_a_copy_made_during_writes_has_every_acknowledged_revision(restored, tmp_path):
    source = f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    copy, story = tmp_path / "newsroom.dump", make_story()

    def complete(command: str, database: str) -> str:
        return command.replace("$DATABASE_URL", database).replace("/backup/newsroom.dump", str(copy))

    dump = complete(find_documented_command("pg_dump"), source)
    acknowledged = run_during_writes(dump, story, copy=copy)
    run(complete(find_documented_command("pg_restore"), restored))
    with psycopg.connect(restored) as connection_to_copy:
        assert_complete(connection_to_copy.execute(REVISIONS_SQL).fetchall(), acknowledged)
