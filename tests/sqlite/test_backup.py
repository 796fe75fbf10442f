"""A backup of a running site on SQLite, made with the commands in docs/operating.md."""

import shutil
import sqlite3
import sys

import pytest
from django.db import connection

from tests.backup_copies import REVISIONS_SQL, assert_complete, find_documented_command, run_during_writes
from tests.factories import make_story

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]
PROGRAMS = ["sqlite3 var"] if shutil.which("sqlite3") else []


@pytest.mark.parametrize("beginning", ["python -c", *PROGRAMS])
def test_a_copy_made_during_writes_has_every_acknowledged_revision(beginning, tmp_path):
    story, copy = make_story(), tmp_path / "copy.sqlite3"
    command = find_documented_command(beginning).replace("var/newsroom.sqlite3", str(connection.settings_dict["NAME"]))
    command = command.replace("/backup/newsroom.sqlite3", str(copy)).replace("python -c", f"{sys.executable} -c")
    acknowledged = run_during_writes(command, story, copy=copy)
    with sqlite3.connect(copy) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert_complete(restored.execute(REVISIONS_SQL).fetchall(), acknowledged)
