"""Recurring checks that hang: a store for backups, a disk or a bucket of images that never answers."""

import socket
from collections.abc import Iterator
from threading import Event
from threading import enumerate as list_threads

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.tasks import TaskResultStatus
from django.utils import timezone

from newsroom.background import heartbeat, periodic
from newsroom.background.heartbeat import run_heartbeat
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.http import clock
from newsroom.media.storage import AtomicFileSystemStorage
from newsroom.operations import erasures, retention
from newsroom.operations.alerts import addresses
from newsroom.operations.backup import store
from tests.factories import make_image
from tests.newsroom.background import sample_tasks
from tests.newsroom.background.test_retries import claim_job, enqueue_job, expire_heartbeat, run_worker
from tests.wait import WAIT, wait_until

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch):
    monkeypatch.setattr(periodic, "WAIT", 0.1)


def count_running(name: str) -> int:
    """Return the number of threads that run a check."""
    return [thread.name for thread in list_threads()].count(f"check-{name}")


def wait_for_checks() -> None:
    """Wait until no check runs in a thread, so that none writes while the database is emptied."""
    wait_until(lambda: not [thread for thread in list_threads() if thread.name.startswith("check-")])


@pytest.fixture
def silent_store(settings, monkeypatch) -> Iterator[None]:
    """Configure a bucket for backups whose server accepts connections but never answers."""
    monkeypatch.setattr(store, "ATTEMPTS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.BACKUP_TO = "s3://backups"
        settings.BACKUP_S3 = {
            "endpoint_url": f"http://127.0.0.1:{server.getsockname()[1]}",
            "region_name": "us-east-1",
            "aws_access_key_id": "for-tests",
            "aws_secret_access_key": "for-tests",
        }
        yield
    # Now that nothing listens there, the thread gives up.
    wait_for_checks()


@pytest.fixture
def hold() -> Iterator[Event]:
    """Return an event for which something waits that hangs. At the end, it is set."""
    event = Event()
    yield event
    event.set()
    wait_for_checks()


def test_a_backup_store_that_hangs_stops_no_worker(silent_store, monkeypatch, tmp_path):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    with run_heartbeat() as name:
        job = claim_job(by=name)
        expire_heartbeat(name)
        wait_until(WorkerLife.objects.is_any_alive)
        heartbeat.beat("another")
        job.refresh_from_db()
        assert job.status == TaskResultStatus.RUNNING
        assert count_running("the copy of the file of erasures") == 1
    Job.objects.all().delete()
    enqueue_job(sample_tasks.write_line, str(tmp_path / "lines"), "done")
    run_worker()
    assert (tmp_path / "lines").read_text() == "done\n"
    assert not Failure.objects.exists()
    assert count_running("the copy of the file of erasures") == 1


def test_a_check_that_hangs_is_run_once_and_again_when_it_has_ended(monkeypatch, caplog, hold):
    runs, others = [], []

    def hang(at):
        runs.append(at)
        hold.wait(WAIT)

    monkeypatch.setattr(periodic, "_checks", {})
    periodic.register_check("the tape", hang, may_hang=True)
    periodic.register_check("the rest", others.append)
    first, second, third = (timezone.now() for _ in range(3))
    periodic.run_checks(first)
    wait_until(lambda: runs == [first])
    periodic.run_checks(second)
    assert (runs, others, count_running("the tape")) == ([first], [first, second], 1)
    message = "Looking after the tape has not ended since the last time."
    assert [record.getMessage() for record in caplog.records if record.levelname == "WARNING"] == [message]
    hold.set()
    wait_until(lambda: not count_running("the tape"))
    periodic.run_checks(third)
    wait_until(lambda: runs == [first, third])


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (OSError("gone"), ("ERROR", "Could not look after the tape.")),
        (OperationalError("gone"), ("WARNING", "The database did not let the worker look after the tape: gone")),
    ],
)
def test_an_error_in_the_thread_of_a_check_is_logged(error, line, monkeypatch, caplog):
    def fail(at):
        raise error

    monkeypatch.setattr(periodic, "_checks", {})
    periodic.register_check("the tape", fail, may_hang=True)
    periodic.run_checks(timezone.now())
    wait_for_checks()
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [line]


def hang_while_tidying(monkeypatch, hold: Event) -> None:
    rule = retention.ItemRule[None]("tape", 0, lambda at, age: iter([[None]]), lambda items, at, age: hold.wait(WAIT))
    monkeypatch.setattr(retention, "_rules", {"tape": rule})


def hang_in_storage(monkeypatch, hold: Event) -> None:
    image = make_image()
    default_storage.delete(str(image.file))
    type(image).objects.update(missing_since=clock.now())
    monkeypatch.setattr(AtomicFileSystemStorage, "exists", lambda self, name: hold.wait(WAIT))


def hang_at_addresses(monkeypatch, hold: Event) -> None:
    monkeypatch.setattr(addresses, "write_addresses", lambda at: hold.wait(WAIT))


def hang_at_erasures(monkeypatch, hold: Event) -> None:
    monkeypatch.setattr(erasures, "add_missing", lambda lines: hold.wait(WAIT))


@pytest.mark.parametrize(
    ("name", "make_hang"),
    [
        ("expired data", hang_while_tidying),
        ("pictures whose file is missing", hang_in_storage),
        ("addresses for alerts", hang_at_addresses),
        ("the file of erasures", hang_at_erasures),
    ],
)
def test_a_check_of_the_site_that_hangs_is_not_waited_for(name, make_hang, monkeypatch, hold):
    make_hang(monkeypatch, hold)
    periodic.run_checks(clock.now())
    assert count_running(name) == 1
