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
    copy, story = str(tmp_path / "newsroom.dump"), make_story()
    command = find_documented_command("pg_dump").replace("$DATABASE_URL", source).replace("/backup/newsroom.dump", copy)
    acknowledged = run_during_writes(command, story, tmp_path)
    run(find_documented_command("pg_restore").replace("$DATABASE_URL", restored).replace("/backup/newsroom.dump", copy))
    with psycopg.connect(restored) as connection_to_copy:
        assert_complete(connection_to_copy.execute(REVISIONS_SQL).fetchall(), acknowledged)
