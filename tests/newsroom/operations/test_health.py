"""The addresses that say whether the process lives and whether the site can serve."""

import errno
import os
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from threading import Event as Happening
from threading import enumerate as living_threads
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.tasks import TaskResultStatus
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.audit.models import Event
from newsroom.background.models import WorkerLife
from newsroom.http import clock
from newsroom.media.storage import AtomicFileSystemStorage
from newsroom.operations import health
from newsroom.operations.models import Pulse
from newsroom.page_cache.release import release
from stories.publishing import triggers

pytestmark = pytest.mark.database

LINES = {"clock", "database", "migrations", "triggers", "writes", "disk", "cache", "worker", "queue", "media"}
NOT_NEEDED = {"clock", "writes", "disk", "cache", "worker", "queue", "media"}
Usage = namedtuple("Usage", "total used free")
READ_ONLY = {
    "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
}


@pytest.fixture
def site(db, settings, monkeypatch):
    """Put everything in order: a worker that lives, a folder for pictures, space on the disk."""
    WorkerLife.objects.beat("a worker")
    Path(settings.MEDIA_ROOT).mkdir()
    monkeypatch.setattr(health.shutil, "disk_usage", lambda place: Usage(20**10, 0, 20**10))


def lines(response) -> dict[str, str]:
    """Return what each line says."""
    return dict(line.split(": ") for line in response.content.decode().splitlines())


def failed(client) -> set[str]:
    """Return the names of the checks that failed."""
    return {name for name, said in lines(client.get("/readyz")).items() if said == "failed"}


def enqueue_task(*, priority: int = 0, waiting: timedelta, run_after: timedelta | None = None) -> None:
    """Put a task into the queue that was enqueued so long ago, and is to be run so long from now."""
    now = timezone.now()
    task = DBTaskResult.objects.create(
        args_kwargs={"args": [], "kwargs": {}},
        priority=priority,
        task_path="newsroom.page_cache.tasks.none",
        backend_name="default",
        run_after=DBTaskResult._meta.get_field("run_after").to_python("9999-01-01T00:00:00+00:00")
        if run_after is None
        else now + run_after,
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=now - waiting)


def test_a_living_process_says_so_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_nobody_keeps_the_answer(client, db, address):
    assert client.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_it_is_only_read(client, address):
    assert client.post(address).status_code == 405


def test_a_site_on_which_all_is_well_is_ready(client, site):
    response = client.get("/readyz?strict=1")
    said = lines(response)
    assert response.status_code == 200
    assert {name for name in said if said[name] == "ok"} >= LINES
    assert "failed" not in said.values()


def test_the_release_and_the_process_that_answer_are_named(client, db):
    said = lines(client.get("/readyz"))
    assert (said["release"], said["process"]) == (release(), str(os.getpid()))


@pytest.mark.parametrize(("address", "status"), [("/readyz", 200), ("/readyz?strict=1", 503)])
def test_what_is_not_needed_counts_only_for_those_who_are_strict(client, site, address, status):
    WorkerLife.objects.all().delete()
    response = client.get(address)
    assert (response.status_code, lines(response)["worker"]) == (status, "failed")


def test_readers_are_served_without_what_is_not_needed():
    assert {name for name, check in health._checks.items() if not check.needed} >= NOT_NEEDED


def test_a_missing_migration_makes_the_site_not_ready(client, site):
    MigrationRecorder(connection).record_unapplied("jobs", "0002_task_paths")
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["migrations"]) == (503, "failed")
    assert failed(client) == {"migrations"}


def test_a_migration_that_was_applied_in_its_parts_is_applied(client, db, monkeypatch):
    parts = frozenset(MigrationRecorder(connection).applied_migrations())
    monkeypatch.setattr(health, "_known", lambda: {("record", "0001_squashed"): parts})
    assert lines(client.get("/readyz"))["migrations"] == "ok"


def test_a_migration_of_the_release_after_this_one_is_no_fault(client, site):
    MigrationRecorder(connection).record_applied("record", "9999_of_the_next_release")
    assert failed(client) == set()


def test_a_missing_trigger_makes_the_site_not_ready(client, site):
    triggers.remove()
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["triggers"]) == (503, "failed")
    assert failed(client) == {"triggers"}
    triggers.install()
    assert failed(client) == set()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_takes_no_writes_is_named(client, site):
    begin, end = READ_ONLY[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(begin)
        try:
            response = client.get("/readyz")
        finally:
            cursor.execute(end)
    # What the cache holds is in the database too.
    assert {name for name, said in lines(response).items() if said == "failed"} == {"writes", "cache"}
    assert response.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_write_that_has_to_wait_is_given_up(client, site, monkeypatch):
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.2)
    Pulse.objects.write()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if other.vendor == "sqlite" else "BEGIN")
        if other.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM operations_pulse FOR UPDATE")
        try:
            said = lines(client.get("/readyz"))
        finally:
            cursor.execute("ROLLBACK")
            other.close()
    assert (said["database"], said["writes"]) == ("ok", "failed")


def test_what_is_written_is_written_every_ten_seconds_only(client, site, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(health, "monotonic", lambda: now[0])
    beaten = []
    monkeypatch.setattr(health._checks["writes"], "check", lambda: beaten.append(now[0]) is None)
    for second in range(21):
        now[0] = 1_000.0 + second
        client.get("/readyz")
    assert beaten == [1_000.0, 1_010.0, 1_020.0]


@pytest.mark.parametrize(
    "usage",
    [
        pytest.param(Usage(100 * 10**9, 95 * 10**9, 5 * 10**9), id="under a tenth is free"),
        pytest.param(Usage(4 * 10**9, 10**9 + 10**8, 9 * 10**8), id="under a gigabyte is free"),
    ],
)
def test_a_disk_that_is_nearly_full_is_named(client, site, monkeypatch, usage):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda place: usage)
    assert failed(client) == {"disk"}


@pytest.mark.parametrize(
    "cache",
    [
        pytest.param({"BACKEND": "django.core.cache.backends.dummy.DummyCache"}, id="keeps nothing"),
        pytest.param({"BACKEND": "newsroom.caching.RedisCache", "LOCATION": "redis://127.0.0.1:9"}, id="is away"),
    ],
)
def test_a_cache_that_does_not_answer_is_named(client, site, settings, cache):
    settings.CACHES = {"default": cache}
    assert failed(client) == {"cache"}


def test_a_worker_that_was_silent_for_a_minute_is_named(client, site):
    WorkerLife.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert failed(client) == {"worker"}


@pytest.mark.parametrize(
    "task",
    [
        pytest.param({"waiting": timedelta(minutes=6)}, id="five minutes"),
        pytest.param({"waiting": timedelta(seconds=70), "priority": 50}, id="mail, a minute"),
        pytest.param({"waiting": timedelta(seconds=70), "priority": 100}, id="a purge, a minute"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": -timedelta(minutes=6)}, id="due for five minutes"),
    ],
)
def test_a_queue_in_which_something_waits_for_too_long_is_named(client, site, task):
    enqueue_task(**task)
    assert failed(client) == {"queue"}


@pytest.mark.parametrize(
    "task",
    [
        pytest.param({"waiting": timedelta(minutes=4)}, id="not for five minutes"),
        pytest.param({"waiting": timedelta(seconds=50), "priority": 100}, id="a purge, not for a minute"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": timedelta(minutes=1)}, id="tried again later"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": -timedelta(minutes=1)}, id="due for a minute"),
    ],
)
def test_what_is_done_in_time_is_no_fault_of_the_queue(client, site, task):
    enqueue_task(**task)
    assert failed(client) == set()


def test_what_is_done_does_not_wait(client, site):
    enqueue_task(waiting=timedelta(hours=1))
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert failed(client) == set()


def test_a_missing_folder_of_pictures_is_named_and_not_made_anew(client, site, settings):
    Path(settings.MEDIA_ROOT).rmdir()
    assert failed(client) == {"media"}
    assert not Path(settings.MEDIA_ROOT).exists()


def test_a_disk_on_which_pictures_cannot_be_written_is_named(client, site, monkeypatch):
    def refuse(*args: object) -> str:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(AtomicFileSystemStorage, "_save", refuse)
    assert failed(client) == {"media"}


def test_nothing_is_left_of_what_was_written_to_find_out(client, site, settings):
    assert failed(client) == set()
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_what_never_answers_has_failed_and_is_asked_once(client, site, monkeypatch):
    end = Happening()
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("tape", end.wait, needed=False, uses_database=False, within=0.05)
    try:
        for _ in range(3):
            assert failed(client) == {"tape"}
        assert [thread.name for thread in living_threads()].count("health-tape") == 1
    finally:
        end.set()


def test_a_database_that_never_answers_is_not_waited_for(client, site, monkeypatch):
    end = Happening()
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("database", end.wait, uses_database=False, within=0.05)
    try:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert failed(client) == {name for name, check in health._checks.items() if check.uses_database} | {"database"}
    finally:
        end.set()


def test_a_check_of_another_app_makes_the_site_not_ready(client, site, monkeypatch):
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("doors", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["doors"]) == (503, "failed")


@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
def test_an_error_in_a_check_is_a_no(client, site, monkeypatch, error):
    def refuse() -> bool:
        raise error("no such table: secrets")

    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("doors", refuse)
    response = client.get("/readyz")
    assert (response.status_code, lines(response)["doors"]) == (503, "failed")
    assert b"secrets" not in response.content


ASKING = """
import django
django.setup()
from django.test import Client
response = Client().get("/readyz", headers={"Host": "localhost"})
print(response.status_code)
print(response.content.decode(), end="")
"""


@pytest.mark.parametrize(
    "address", ["sqlite:////no-such-place/newsroom.sqlite3", "postgres://nobody:nothing@127.0.0.1:9/newsroom"]
)
def test_without_its_database_the_site_is_not_ready_and_says_no_more(address):
    # The product's own settings: with the pool of connections that tests do without.
    answer = subprocess.run(
        [sys.executable, "-c", ASKING],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert answer[0] == "503"
    of_the_database = {"database", "migrations", "triggers", "writes", "cache", "worker", "queue"}
    said = dict(line.split(": ") for line in answer[1:])
    assert {name for name, each in said.items() if each == "failed"} >= of_the_database
    assert set(said) >= LINES | {"release", "process"}


def test_a_record_that_is_ahead_of_the_clock_fails(site, client, editor, monkeypatch):
    Event.objects.write("story", uuid4(), "published", by=editor)
    assert lines(client.get("/readyz"))["clock"] == "ok"
    monkeypatch.setattr(clock, "now", lambda: timezone.now() - timedelta(hours=1))
    assert failed(client) == {"clock"}
    assert client.get("/readyz").status_code == 200
