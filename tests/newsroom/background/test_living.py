"""A worker's life: signs of life beside the work, a clean end, and what the living do for the dead."""

import signal
import time
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.tasks import TaskResultStatus

from newsroom.background import cleanup, heartbeat
from newsroom.background import worker as worker_module
from newsroom.background.heartbeat import run_heartbeat
from newsroom.background.models import Job, StoppedError, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from tests.factories import make_failure
from tests.newsroom.background import doing
from tests.newsroom.background.test_trying import grow_silent, queued, taken, work

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]
LONGEST = 60.0  # seconds until a test gives up waiting


def comes_true(says) -> bool:
    """Wait until ``says()`` holds; False when it never does."""
    end = time.monotonic() + LONGEST
    while not (holds := says()) and time.monotonic() < end:
        time.sleep(0.01)
    return bool(holds)


def test_a_worker_is_alive_from_its_begin_to_its_end():
    with run_heartbeat() as name:
        assert [life.worker_id for life in WorkerLife.objects.alive()] == [name]
    assert not WorkerLife.objects.is_any_alive()
    assert WorkerLife.objects.get().ended_at is not None


def test_signs_of_life_go_on_while_a_task_takes_its_time(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    with run_heartbeat() as name:
        grow_silent(name)
        assert comes_true(WorkerLife.objects.is_any_alive)


def test_an_hour_of_signs_of_life_tidies_up(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    monkeypatch.setattr(heartbeat, "BEATS_PER_CLEANUP", 2)
    with run_heartbeat():
        old = taken()
        old.set_successful(1)
        Job.objects.filter(pk=old.pk).update(finished_at=clock.now() - timedelta(days=15))
        assert comes_true(lambda: not Job.objects.filter(pk=old.pk).exists())


def test_a_database_that_does_not_answer_ends_no_pulse(monkeypatch):
    monkeypatch.setattr(heartbeat, "BEAT_INTERVAL", 0.01)
    answers = []

    def beat(worker_id):
        answers.append(worker_id)
        raise OperationalError("the server closed the connection")

    with run_heartbeat():
        monkeypatch.setattr(heartbeat, "beat", beat)
        assert comes_true(lambda: len(answers) > 2)


def test_who_was_silent_itself_buries_nobody_at_its_first_sign_of_life():
    job = taken(by="other")
    grow_silent("other")
    grow_silent("mine")
    heartbeat.beat("mine")
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.RUNNING
    heartbeat.beat("mine")
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.READY


def test_at_a_clean_end_nothing_stays_in_hand():
    with run_heartbeat() as name:
        job = taken(by=name)
    job.refresh_from_db()
    assert (job.status, hasattr(job, "failure")) == (TaskResultStatus.READY, False)


def test_a_worker_that_leaves_between_two_tasks_leaves_nothing_in_hand():
    def leave():
        with run_heartbeat() as name:
            taken(by=name)
            raise SystemExit(0)

    with pytest.raises(SystemExit):
        leave()
    assert [job.status for job in Job.objects.all()] == [TaskResultStatus.READY]
    assert not WorkerLife.objects.is_any_alive()


def test_an_end_that_cannot_be_written_down_is_noticed_by_the_others(monkeypatch):
    def refuse(*args):
        raise OperationalError("the server closed the connection")

    with run_heartbeat() as name:
        monkeypatch.setattr(Job, "release", refuse)
        job = taken(by=name)
    monkeypatch.undo()
    grow_silent(name)
    work()
    job.refresh_from_db()
    assert (job.status, job.failure.times) == (TaskResultStatus.READY, 1)


def test_after_an_error_what_was_in_hand_counts_as_failed():
    def break_off():
        with run_heartbeat() as name:
            taken(by=name)
            raise OperationalError("gone")

    with pytest.raises(OperationalError):
        break_off()
    assert Job.objects.running().count() == 1
    work()
    assert Job.objects.get().failure.times == 1


def test_a_worker_begins_again_when_the_database_is_back(monkeypatch, tmp_path):
    monkeypatch.setattr(worker_module, "PAUSE", 0.0)
    queued(doing.note, str(tmp_path / "lines"), "done")
    worker, tries = Worker(interval=0, batch=False), []
    run = Worker.run_task

    def run_task(self, row):
        tries.append(self.worker_id)
        if len(tries) == 1:
            raise OperationalError("the server closed the connection")
        run(self, row)
        self.running = False

    monkeypatch.setattr(Worker, "run_task", run_task)
    queued(doing.note, str(tmp_path / "lines"), "next")
    worker.run()
    assert len(set(tries)) == 2
    assert (tmp_path / "lines").read_text() == "next\n"
    assert Job.objects.get(status=TaskResultStatus.READY).failure.times == 1


def test_a_batch_fails_where_the_database_does(monkeypatch):
    def run_task(self, row):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(Worker, "run_task", run_task)
    taken().release()
    with pytest.raises(OperationalError):
        work()


def test_the_second_signal_breaks_the_task_in_hand_off():
    worker = Worker(interval=0, batch=True)
    worker.running_task = True
    worker.shutdown(signal.SIGINT, None)
    assert not worker.running
    with pytest.raises(StoppedError):
        worker.shutdown(signal.SIGINT, None)


def test_a_signal_between_two_tasks_ends_the_worker_at_once():
    with pytest.raises(SystemExit):
        Worker(interval=0, batch=True).shutdown(signal.SIGTERM, None)


def test_two_weeks_later_what_is_over_is_forgotten_and_what_waits_is_not():
    done, failed, waiting = taken(), taken(), taken()
    done.set_successful(1)
    waiting.release()
    for _ in range(6):
        failed.claim("a worker")
        failed.set_failed(OSError("closed"))
    long_ago = clock.now() - timedelta(days=15)
    Job.objects.exclude(finished_at=None).update(finished_at=long_ago)
    WorkerLife.objects.create(worker_id="long gone", seen_at=long_ago)
    assert cleanup.delete_expired() == 1
    assert {job.pk for job in Job.objects.all()} == {failed.pk, waiting.pk}
    assert not WorkerLife.objects.exists()


def test_what_errors_said_can_be_forgotten():
    failure = make_failure(error=ValueError("words of a draft: all of them"))
    cleanup.delete_error_messages()
    failure.refresh_from_db()
    assert failure.error == "ValueError"
    assert not [row for row in Job.objects.values() if "draft" in str(row)]
