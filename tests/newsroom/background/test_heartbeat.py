"""A worker from start to end: heartbeats, a clean shutdown, and database outages."""

import signal
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.tasks import TaskResultStatus

from newsroom.background import failures, heartbeat
from newsroom.background import worker as worker_module
from newsroom.background.heartbeat import run_heartbeat
from newsroom.background.models import Job, StoppedError, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.operations import retention
from newsroom.operations.models import TidyRun
from tests.factories import make_failure
from tests.newsroom.background import sample_tasks
from tests.newsroom.background.test_retries import claim_job, enqueue_job, expire_heartbeat, run_worker
from tests.wait import wait_until

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def _restore_signal_handlers():
    """Restore the handlers of the test process, which a worker replaces by those of the system."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_a_worker_is_alive_from_start_to_end():
    with run_heartbeat() as name:
        assert [life.worker_id for life in WorkerLife.objects.alive()] == [name]
    assert not WorkerLife.objects.is_any_alive()
    assert WorkerLife.objects.get().ended_at is not None


def test_heartbeats_continue_during_a_long_task(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    with run_heartbeat() as name:
        expire_heartbeat(name)
        wait_until(WorkerLife.objects.is_any_alive)


def test_the_heartbeat_deletes_expired_data(monkeypatch, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    with run_heartbeat():
        old = claim_job()
        old.set_successful(1)
        Job.objects.filter(pk=old.pk).update(finished_at=clock.now() - timedelta(days=15))
        TidyRun.objects.all().delete()  # of the run at the start, less than an hour ago
        wait_until(lambda: not Job.objects.filter(pk=old.pk).exists())


def test_heartbeats_continue_if_the_database_does_not_answer(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    attempts = []

    def beat(worker_id):
        attempts.append(worker_id)
        raise OperationalError("the server closed the connection")

    with run_heartbeat():
        monkeypatch.setattr(heartbeat, "beat", beat)
        wait_until(lambda: len(attempts) > 2)


def test_a_worker_that_was_silent_itself_retries_no_tasks_at_its_first_heartbeat():
    job = claim_job(by="other")
    expire_heartbeat("other")
    expire_heartbeat("mine")
    heartbeat.beat("mine")
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.RUNNING
    heartbeat.beat("mine")
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.READY


def test_a_clean_end_releases_the_current_task():
    with run_heartbeat() as name:
        job = claim_job(by=name)
    job.refresh_from_db()
    assert (job.status, hasattr(job, "failure")) == (TaskResultStatus.READY, False)


def test_a_worker_that_exits_releases_its_tasks():
    def exit_worker():
        with run_heartbeat() as name:
            claim_job(by=name)
            raise SystemExit(0)

    with pytest.raises(SystemExit):
        exit_worker()
    assert [job.status for job in Job.objects.all()] == [TaskResultStatus.READY]
    assert not WorkerLife.objects.is_any_alive()


def test_other_workers_notice_an_end_that_could_not_be_stored(monkeypatch):
    def refuse(*args):
        raise OperationalError("the server closed the connection")

    with run_heartbeat() as name:
        monkeypatch.setattr(Job, "release", refuse)
        job = claim_job(by=name)
    monkeypatch.undo()
    expire_heartbeat(name)
    run_worker()
    job.refresh_from_db()
    assert (job.status, job.failure.times) == (TaskResultStatus.READY, 1)


def test_after_an_error_the_current_task_counts_as_failed():
    def fail():
        with run_heartbeat() as name:
            claim_job(by=name)
            raise OperationalError("gone")

    with pytest.raises(OperationalError):
        fail()
    assert Job.objects.running().count() == 1
    run_worker()
    assert Job.objects.get().failure.times == 1


def test_a_worker_continues_when_the_database_is_back(monkeypatch, tmp_path):
    monkeypatch.setattr(worker_module, "PAUSE", 0.0)
    enqueue_job(sample_tasks.write_line, str(tmp_path / "lines"), "done")
    worker, tries = Worker(interval=0, batch=False), []
    run = Worker.run_task

    def run_task(self, row):
        tries.append(self.worker_id)
        if len(tries) == 1:
            raise OperationalError("the server closed the connection")
        run(self, row)
        self.running = False

    monkeypatch.setattr(Worker, "run_task", run_task)
    enqueue_job(sample_tasks.write_line, str(tmp_path / "lines"), "next")
    worker.run()
    assert len(set(tries)) == 2
    assert (tmp_path / "lines").read_text() == "next\n"
    assert Job.objects.get(status=TaskResultStatus.READY).failure.times == 1


def test_a_batch_raises_errors_of_the_database(monkeypatch):
    def run_task(self, row):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(Worker, "run_task", run_task)
    claim_job().release()
    with pytest.raises(OperationalError):
        run_worker()


@pytest.mark.usefixtures("_restore_signal_handlers")
def test_the_second_signal_interrupts_the_current_task():
    worker = Worker(interval=0, batch=True)
    worker.running_task = True
    worker.shutdown(signal.SIGINT, None)
    assert not worker.running
    with pytest.raises(StoppedError):
        worker.shutdown(signal.SIGINT, None)


@pytest.mark.usefixtures("_restore_signal_handlers")
def test_a_signal_between_two_tasks_ends_the_worker_immediately():
    with pytest.raises(SystemExit):
        Worker(interval=0, batch=True).shutdown(signal.SIGTERM, None)


def test_finished_tasks_are_deleted_after_two_weeks_and_others_are_not(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    done, failed, waiting = claim_job(), claim_job(), claim_job()
    done.set_successful(1)
    waiting.release()
    for _ in range(6):
        failed.claim("a worker")
        failed.set_failed(OSError("closed"))
    long_ago = clock.now() - timedelta(days=15)
    Job.objects.exclude(finished_at=None).update(finished_at=long_ago)
    WorkerLife.objects.create(worker_id="long gone", seen_at=long_ago)
    outcomes = retention.tidy(at=clock.now(), only=["tasks", "workers"])
    assert {each.name: each.deleted for each in outcomes} == {"tasks": 1, "workers": 1}
    assert {job.pk for job in Job.objects.all()} == {failed.pk, waiting.pk}
    assert not WorkerLife.objects.exists()


def test_error_messages_can_be_deleted():
    failure = make_failure(error=ValueError("words of a draft: all of them"))
    failures.delete_error_messages()
    failure.refresh_from_db()
    assert failure.error == "ValueError"
    assert not [row for row in Job.objects.values() if "draft" in str(row)]
