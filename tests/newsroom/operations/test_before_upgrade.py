"""What the doctor says before an upgrade: large tables that change, transactions, tasks, disk, memory, connections."""

import sqlite3
from collections import namedtuple
from contextlib import closing, suppress
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection, connections, migrations, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState
from django_tasks_db.models import get_date_max

from newsroom.background.models import Job
from newsroom.db.migrations import AddIndexConcurrently
from newsroom.db.second_connection import second_connection
from newsroom.http import clock
from newsroom.operations.commands import FaultError
from newsroom.operations.doctor import before_upgrade
from newsroom.operations.doctor.registry import examine_site
from newsroom.operations.models import Pulse

pytestmark = [pytest.mark.database, pytest.mark.django_db]

Usage = namedtuple("Usage", "total used free")


def diagnose(name: str) -> list[tuple[str, str]]:
    """Return level and words of each diagnosis of one part."""
    return [(str(each.severity), str(each)) for _, each in examine_site([name], at=clock.now())]


@pytest.fixture
def plan(monkeypatch):
    """Return a function that lets a migration with these operations wait, on a table of 200,000 rows."""

    def wait(*operations):
        migration = migrations.Migration("0009_next", "operations")
        migration.operations = list(operations)
        state = ProjectState()
        state.add_model(ModelState("operations", "Pulse", [("id", models.BigAutoField(primary_key=True))]))
        monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: [(migration, False)])
        monkeypatch.setattr("django.db.migrations.loader.MigrationLoader.project_state", lambda *_, **__: state)
        monkeypatch.setattr(before_upgrade, "_count_rows", lambda: {"operations_pulse": 200_000, "small": 5})

    return wait


@pytest.mark.django_db(transaction=True)
def test_only_parts_that_matter_are_examined(capsys):
    with suppress(FaultError):  # the server of the tests does not wait for the disk
        call_command("doctor", before_upgrade=True)
    names = [line.split(": ")[1] for line in capsys.readouterr().out.splitlines()]
    assert names == [
        *("database", "writes", "disk", "state", "tables", "transactions", "backup_space", "second_server", "tasks")
    ]


def test_a_site_without_large_tables_is_in_order():
    assert diagnose("tables") == [("ok", "No migration changes a table of more than 100,000 rows.")]


def test_a_change_of_a_large_table_is_a_warning(plan):
    field = models.TextField(null=True)
    plan(migrations.SeparateDatabaseAndState([migrations.AddField("pulse", "note", field)]))
    assert diagnose("tables") == [
        (
            "warning",
            "operations_pulse has 200,000 rows, and operations.0009_next changes it: Add field note to pulse. "
            "Choose a quiet hour: everyone who writes to it has to wait.",
        )
    ]


def test_an_index_that_is_added_concurrently_keeps_nobody_waiting(plan):
    plan(AddIndexConcurrently("pulse", models.Index(fields=["id"], name="pulse_by_id")))
    [(level, words)] = diagnose("tables")
    assert (level, words.endswith("The table can be written to in the meantime.")) == ("ok", True)


def test_a_large_table_that_no_migration_changes_is_named(plan):
    plan(migrations.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))]))
    assert diagnose("tables") == [
        ("ok", "No migration changes these tables of more than 100,000 rows: operations_pulse (200,000).")
    ]


def test_rows_are_counted_in_each_table():
    Pulse.objects.write()
    if connection.vendor == "sqlite":
        assert before_upgrade._count_rows()["operations_pulse"] == 1
    else:
        assert "operations_pulse" in before_upgrade._count_rows()


@pytest.mark.django_db(transaction=True)
def test_an_index_that_is_not_complete_is_named():
    if connection.vendor == "sqlite":
        assert before_upgrade._list_invalid_indexes() == []
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX half_done ON operations_pulse (beaten_at)")
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_done'::regclass")
        try:
            assert before_upgrade._list_invalid_indexes() == ["half_done"]
        finally:
            cursor.execute("DROP INDEX half_done")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_open_for_long_is_a_fault(monkeypatch):
    assert diagnose("transactions") == [("ok", "No transaction has been open for long.")]
    if connection.vendor == "sqlite":
        monkeypatch.setattr(before_upgrade, "LOCK_TIMEOUT", 0.1)
        with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            [(level, words)] = diagnose("transactions")
    else:
        monkeypatch.setattr(before_upgrade, "MAX_TRANSACTION", 0)
        with second_connection(connections.databases["default"], "other") as other, transaction.atomic(using="other"):
            with other.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid(), pg_sleep(0.1)")
                pid = cursor.fetchone()[0]
            [(level, words)] = diagnose("transactions")
        assert words.endswith(f"Wait until it ends, or end it: SELECT pg_terminate_backend({pid}).")
    assert level == "fault"


def test_a_disk_without_space_for_the_backup_is_a_fault(settings, tmp_path, monkeypatch):
    settings.BACKUP_TO = str(tmp_path / "backups")
    assert diagnose("backup_space") == [("ok", "There is space for a backup.")]
    monkeypatch.setattr(before_upgrade.gauges, "read_database_size", lambda: 40_000_000_000)
    monkeypatch.setattr(before_upgrade.shutil, "disk_usage", lambda path: Usage(0, 0, 2_000_000_000))
    assert diagnose("backup_space")[0] == (
        "fault",
        f"The backup before the upgrade takes up to 40.0 GB under {tmp_path}/backups, where 2.0 GB are free. "
        "Delete old backups or enlarge the disk.",
    )


def test_an_upgrade_without_a_backup_is_a_warning(settings):
    settings.BACKUP_TO = ""
    assert diagnose("backup_space")[0][0] == "warning"


def test_little_memory_for_a_second_server_is_a_warning(monkeypatch):
    monkeypatch.setattr(before_upgrade, "_read_free_memory", lambda: 120_000_000)
    [(level, words), *_] = diagnose("second_server")
    assert (level, words.startswith("120 MB of memory are free; ")) == ("warning", True)


def make_job(*, status: str, path: str, **values: object) -> Job:
    common = {"args_kwargs": {"args": [], "kwargs": {}}, "queue_name": "default", "priority": 0}
    return Job.objects.create(status=status, task_path=path, run_after=get_date_max(), **common, **values)


def test_tasks_that_wait_run_for_long_or_are_unknown_are_named():
    assert diagnose("tasks") == [("ok", "No task is waiting.")]
    began = clock.now() - timedelta(minutes=14)
    make_job(status="RUNNING", path="newsroom.page_cache.purge.purge", started_at=began)
    make_job(status="READY", path="stories.gone.make_rendition")
    levels, sentences = zip(*diagnose("tasks"), strict=True)
    assert levels == ("warning", "warning", "ok")
    assert sentences[0].startswith("1 task is unfinished that this release does not have: stories.gone.make_rendition.")
    assert f"has been running since {began:%H:%M}" in sentences[1]
    assert sentences[2] == "1 task is waiting; the workers of this release will run them."
