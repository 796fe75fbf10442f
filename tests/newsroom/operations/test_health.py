"""The health checks ``/healthz`` and ``/readyz``."""

import errno
import os
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from datetime import timedelta
from pathlib import Path
from threading import Event as ThreadEvent
from threading import enumerate as list_threads
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
from newsroom.media.apps import create_media_folder
from newsroom.media.models import Image
from newsroom.media.storage import AtomicFileSystemStorage
from newsroom.operations import health
from newsroom.operations.models import Pulse
from newsroom.page_cache.release import release
from stories.publishing import triggers
from tests.factories import make_image

pytestmark = pytest.mark.database

CHECK_NAMES = {"clock", "database", "migrations", "triggers", "writes", "disk", "cache", "worker", "queue", "media"}
OPTIONAL = {"clock", "writes", "disk", "cache", "worker", "queue", "media"}
Usage = namedtuple("Usage", "total used free")
READ_ONLY = {
    "sqlite": ("PRAGMA query_only = 1", "PRAGMA query_only = 0"),
    "postgresql": ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off"),
}


@pytest.fixture
def site(db, settings, monkeypatch):
    """Set up a healthy site: a live worker, a media folder and free disk space."""
    WorkerLife.objects.beat("a worker")
    Path(settings.MEDIA_ROOT).mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(20**10, 0, 20**10))


def parse_lines(response) -> dict[str, str]:
    """Return the results in the response, keyed by the name of the check."""
    return dict(line.split(": ") for line in response.content.decode().splitlines())


def list_failed(client) -> set[str]:
    """Return the names of the checks that failed."""
    return {name for name, result in parse_lines(client.get("/readyz")).items() if result == "failed"}


def enqueue_task(*, priority: int = 0, waiting: timedelta, run_after: timedelta | None = None) -> None:
    """Add a task that was enqueued ``waiting`` ago and is to run ``run_after`` from now, or as soon as possible."""
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


def test_healthz_answers_without_the_database(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_responses_are_not_cached(client, db, address):
    assert client.get(address)["Cache-Control"] == "no-store"


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_only_reading_is_allowed(client, address):
    assert client.post(address).status_code == 405


def test_a_healthy_site_is_ready(client, site):
    response = client.get("/readyz?strict=1")
    result = parse_lines(response)
    assert response.status_code == 200
    assert {name for name in result if result[name] == "ok"} >= CHECK_NAMES
    assert "failed" not in result.values()


def test_the_response_contains_the_release_and_the_process_id(client, db):
    result = parse_lines(client.get("/readyz"))
    assert (result["release"], result["process"]) == (release(), str(os.getpid()))


@pytest.mark.parametrize(("address", "status"), [("/readyz", 200), ("/readyz?strict=1", 503)])
def test_optional_checks_count_only_in_strict_mode(client, site, address, status):
    WorkerLife.objects.all().delete()
    response = client.get(address)
    assert (response.status_code, parse_lines(response)["worker"]) == (status, "failed")


def test_checks_that_readers_do_not_need_are_optional():
    assert {name for name, check in health._checks.items() if not check.needed} >= OPTIONAL


def test_a_missing_migration_makes_the_site_not_ready(client, site):
    MigrationRecorder(connection).record_unapplied("jobs", "0002_task_paths")
    response = client.get("/readyz")
    assert (response.status_code, parse_lines(response)["migrations"]) == (503, "failed")
    assert list_failed(client) == {"migrations"}


def test_a_squashed_migration_is_applied_if_all_its_parts_are(client, db, monkeypatch):
    parts = frozenset(MigrationRecorder(connection).applied_migrations())
    monkeypatch.setattr(health, "_list_migrations", lambda: {("record", "0001_squashed"): parts})
    assert parse_lines(client.get("/readyz"))["migrations"] == "ok"


def test_a_migration_of_a_later_release_is_accepted(client, site):
    MigrationRecorder(connection).record_applied("record", "9999_of_the_next_release")
    assert list_failed(client) == set()


def test_a_missing_trigger_makes_the_site_not_ready(client, site):
    triggers.remove()
    response = client.get("/readyz")
    assert (response.status_code, parse_lines(response)["triggers"]) == (503, "failed")
    assert list_failed(client) == {"triggers"}
    triggers.install()
    assert list_failed(client) == set()


@pytest.mark.django_db(transaction=True)
def test_a_read_only_database_fails_the_checks_that_write(client, site):
    set_read_only, reset = READ_ONLY[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(set_read_only)
        try:
            response = client.get("/readyz")
        finally:
            cursor.execute(reset)
    # The cache is in the database as well.
    assert {name for name, result in parse_lines(response).items() if result == "failed"} == {"writes", "cache"}
    assert response.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_write_that_waits_too_long_fails(client, site, monkeypatch):
    monkeypatch.setattr(health, "CHECK_TIMEOUT", 0.2)
    Pulse.objects.write()
    other_connection = connection.copy()
    with other_connection.cursor() as cursor:
        cursor.execute("BEGIN IMMEDIATE" if other_connection.vendor == "sqlite" else "BEGIN")
        if other_connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM operations_pulse FOR UPDATE")
        try:
            result = parse_lines(client.get("/readyz"))
        finally:
            cursor.execute("ROLLBACK")
            other_connection.close()
    assert (result["database"], result["writes"]) == ("ok", "failed")


def test_a_check_that_writes_runs_only_every_ten_seconds(client, site, monkeypatch):
    now = [1_000.0]
    monkeypatch.setattr(health, "monotonic", lambda: now[0])
    writes = []
    monkeypatch.setattr(health._checks["writes"], "check", lambda: writes.append(now[0]) is None)
    for second in range(21):
        now[0] = 1_000.0 + second
        client.get("/readyz")
    assert writes == [1_000.0, 1_010.0, 1_020.0]


@pytest.mark.parametrize(
    "usage",
    [
        pytest.param(Usage(100 * 10**9, 95 * 10**9, 5 * 10**9), id="under a tenth is free"),
        pytest.param(Usage(4 * 10**9, 10**9 + 10**8, 9 * 10**8), id="under a gigabyte is free"),
    ],
)
def test_a_nearly_full_disk_fails_the_disk_check(client, site, monkeypatch, usage):
    monkeypatch.setattr(shutil, "disk_usage", lambda place: usage)
    assert list_failed(client) == {"disk"}


@pytest.mark.parametrize(
    "cache",
    [
        pytest.param({"BACKEND": "django.core.cache.backends.dummy.DummyCache"}, id="keeps nothing"),
        pytest.param({"BACKEND": "newsroom.caching.RedisCache", "LOCATION": "redis://127.0.0.1:9"}, id="is away"),
    ],
)
def test_a_cache_that_does_not_respond_fails_the_cache_check(client, site, settings, cache):
    settings.CACHES = {"default": cache}
    assert list_failed(client) == {"cache"}


def test_a_worker_that_was_silent_for_a_minute_fails_the_worker_check(client, site):
    WorkerLife.objects.update(seen_at=timezone.now() - timedelta(seconds=61))
    assert list_failed(client) == {"worker"}


@pytest.mark.parametrize(
    "task",
    [
        pytest.param({"waiting": timedelta(minutes=6)}, id="five minutes"),
        pytest.param({"waiting": timedelta(seconds=70), "priority": 50}, id="mail, a minute"),
        pytest.param({"waiting": timedelta(seconds=70), "priority": 100}, id="a purge, a minute"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": -timedelta(minutes=6)}, id="due for five minutes"),
    ],
)
def test_a_task_that_waits_too_long_fails_the_queue_check(client, site, task):
    enqueue_task(**task)
    assert list_failed(client) == {"queue"}


@pytest.mark.parametrize(
    "task",
    [
        pytest.param({"waiting": timedelta(minutes=4)}, id="not for five minutes"),
        pytest.param({"waiting": timedelta(seconds=50), "priority": 100}, id="a purge, not for a minute"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": timedelta(minutes=1)}, id="tried again later"),
        pytest.param({"waiting": timedelta(hours=1), "run_after": -timedelta(minutes=1)}, id="due for a minute"),
    ],
)
def test_a_task_that_is_not_overdue_passes_the_queue_check(client, site, task):
    enqueue_task(**task)
    assert list_failed(client) == set()


def test_a_finished_task_is_not_waiting(client, site):
    enqueue_task(waiting=timedelta(hours=1))
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL)
    assert list_failed(client) == set()


def test_a_missing_media_folder_fails_the_check_and_is_not_created(client, site, settings):
    Path(settings.MEDIA_ROOT).rmdir()
    assert list_failed(client) == {"media"}
    assert not Path(settings.MEDIA_ROOT).exists()


def test_migrating_creates_the_media_folder_unless_it_is_on_a_disk_that_is_not_mounted(site, settings):
    Path(settings.MEDIA_ROOT).rmdir()
    make_image()
    shutil.rmtree(settings.MEDIA_ROOT)
    create_media_folder(using="default")
    assert not Path(settings.MEDIA_ROOT).exists()
    Image.objects.all().delete()
    create_media_folder(using="default")
    assert Path(settings.MEDIA_ROOT).is_dir()


def test_a_read_only_media_folder_fails_the_check(client, site, monkeypatch):
    def refuse(*args: object) -> str:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(AtomicFileSystemStorage, "_save", refuse)
    assert list_failed(client) == {"media"}


def test_the_check_of_the_media_folder_leaves_no_file(client, site, settings):
    assert list_failed(client) == set()
    assert list(Path(settings.MEDIA_ROOT).iterdir()) == []


def test_a_check_that_never_returns_fails_and_is_started_only_once(client, site, monkeypatch):
    release_thread = ThreadEvent()
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("tape", release_thread.wait, needed=False, uses_database=False, within=0.05)
    try:
        for _ in range(3):
            assert list_failed(client) == {"tape"}
        assert [thread.name for thread in list_threads()].count("health-tape") == 1
    finally:
        release_thread.set()


def test_a_database_that_never_responds_fails_all_its_checks(client, site, monkeypatch):
    release_thread = ThreadEvent()
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("database", release_thread.wait, uses_database=False, within=0.05)
    try:
        response = client.get("/readyz")
        assert response.status_code == 503
        assert list_failed(client) == {name for name, check in health._checks.items() if check.uses_database} | {
            "database"
        }
    finally:
        release_thread.set()


def test_a_check_of_another_app_makes_the_site_not_ready(client, site, monkeypatch):
    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("doors", lambda: False)
    response = client.get("/readyz")
    assert (response.status_code, parse_lines(response)["doors"]) == (503, "failed")


@pytest.mark.parametrize("error", [OperationalError, RuntimeError])
def test_an_error_in_a_check_is_a_failure(client, site, monkeypatch, error):
    def refuse() -> bool:
        raise error("no such table: secrets")

    monkeypatch.setattr(health, "_checks", dict(health._checks))
    health.register_check("doors", refuse)
    response = client.get("/readyz")
    assert (response.status_code, parse_lines(response)["doors"]) == (503, "failed")
    assert b"secrets" not in response.content


SCRIPT = """
import django
django.setup()
from django.test import Client
response = Client().get("/readyz", headers={"Host": "localhost"})
print(response.status_code)
print(response.content.decode(), end="")
"""


@pytest.mark.audit
@pytest.mark.parametrize(
    "address", ["sqlite:////no-such-place/newsroom.sqlite3", "postgres://nobody:nothing@127.0.0.1:9/newsroom"]
)
def test_without_a_database_the_site_is_not_ready(address):
    # Use the real settings. They include the connection pool, which other tests do not use.
    output = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "newsroom.settings"},
        cwd=Path(settings.BASE_DIR),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert output[0] == "503"
    # Nothing else is in the answer: no address or user of the database, and no message of an exception.
    allowed = re.compile(r"[a-z]+: (ok|failed)|release: [0-9a-f]+|process: \d+")
    assert [line for line in output[1:] if not allowed.fullmatch(line)] == []
    database_checks = {"database", "migrations", "triggers", "writes", "cache", "worker", "queue"}
    result = dict(line.split(": ") for line in output[1:])
    assert {name for name, each in result.items() if each == "failed"} >= database_checks
    assert set(result) >= CHECK_NAMES | {"release", "process"}


def test_an_audit_entry_ahead_of_the_clock_fails_the_clock_check(site, client, editor, monkeypatch):
    Event.objects.write("story", uuid4(), "published", by=editor)
    assert parse_lines(client.get("/readyz"))["clock"] == "ok"
    monkeypatch.setattr(clock, "now", lambda: timezone.now() - timedelta(hours=1))
    assert list_failed(client) == {"clock"}
    assert client.get("/readyz").status_code == 200
