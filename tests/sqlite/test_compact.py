"""The command that returns the free space of the database file to the disk."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.background.models import WorkerLife
from newsroom.db.sqlite_file import file_size, free_share
from newsroom.http import clock
from newsroom.operations.commands import CannotRunError, IncompleteError
from newsroom.operations.doctor import retention
from newsroom.operations.doctor.registry import Severity, examine_site
from newsroom.operations.retention import optimize_if_due

pytestmark = pytest.mark.django_db(transaction=True)


class Usage(NamedTuple):
    free: int


@pytest.fixture
def _free_space():
    """Fill the database with rows and delete them."""
    now = clock.now()
    WorkerLife.objects.bulk_create(WorkerLife(worker_id=f"{n:>64}", seen_at=now) for n in range(20_000))
    WorkerLife.objects.all().delete()


@pytest.mark.usefixtures("_free_space")
def test_the_doctor_advises_it_when_a_quarter_of_the_file_is_free(monkeypatch):
    monkeypatch.setattr(retention, "FREE_SHARE", free_share())
    [(_, diagnosis)] = examine_site(["space"], at=clock.now())
    assert str(diagnosis) == f"{100 * free_share():.0f} % of the database file is free. Run manage.py compact."
    call_command("compact")
    [(_, diagnosis)] = examine_site(["space"], at=clock.now())
    assert diagnosis.severity == Severity.OK


@pytest.mark.usefixtures("_free_space")
def test_the_free_space_is_returned(capsys):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = file_size()
    assert free_share() > 0.1
    call_command("compact")
    assert file_size() < before
    assert free_share() == 0
    first, last = capsys.readouterr().out.splitlines()
    assert "of it free. Nothing can be saved until this has ended." in first
    assert last.endswith(" now.")


def test_a_disk_with_too_little_space_is_refused(monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: Usage(free=3 * 1024 * 1024))
    before = file_size()
    with pytest.raises(CannotRunError, match=r"of free disk space, and 3.0 MB are free\."):
        call_command("compact")
    assert file_size() == before


def connect() -> sqlite3.Connection:
    return sqlite3.connect(Path(connection.settings_dict["NAME"]), isolation_level=None)


def test_a_database_in_use_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    writer = connect()
    try:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotRunError, match="The database is in use"):
            call_command("compact")
    finally:
        writer.close()
        connection.close()


@pytest.mark.usefixtures("_free_space")
def test_while_somebody_reads_the_file_shrinks_later():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    reader = connect()
    try:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stories_work").fetchone()
        with pytest.raises(IncompleteError, match="shrinks a little later"):
            call_command("compact")
    finally:
        reader.close()
        connection.close()


def test_sqlite_updates_its_statistics_once_a_day():
    now = clock.now()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE pier AS WITH RECURSIVE n(id) AS (SELECT 1 UNION SELECT id + 1 FROM n LIMIT 500) SELECT id FROM n"
        )
        cursor.execute("CREATE INDEX pier_id ON pier (id)")
    try:
        for hours, is_due in ((0, True), (23, False), (25, True)):
            with CaptureQueriesContext(connection) as queries:
                assert optimize_if_due(at=now + timedelta(hours=hours)) == is_due
            assert any(query["sql"].startswith("PRAGMA optimize") for query in queries) == is_due
        with connection.cursor() as cursor:
            cursor.execute("SELECT idx, stat FROM sqlite_stat1 WHERE tbl = 'pier'")
            assert cursor.fetchall() == [("pier_id", "500 1")]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE pier")
