"""Retries of tasks that failed or whose worker ended."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.tasks import TaskResultStatus

from newsroom.background.models import RETRY_DELAYS, Failure, Job, StoppedError, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.media.tasks import prepare_renditions
from tests.newsroom.background import sample_tasks

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def enqueue_job(task, *args) -> Job:
    """Enqueue a task and return its row."""
    return Job.objects.get(pk=task.enqueue(*args).id)


def claim_job(by: str = "a worker") -> Job:
    """Return a task that a worker has claimed."""
    job = enqueue_job(prepare_renditions, "8b6f8f0e-4a3c-4c55-9b37-2f0c7d1e9a11")
    job.claim(by)
    return job


def run_worker() -> None:
    """Run all tasks that are ready."""
    Worker(interval=0, batch=True).run()


def make_jobs_due() -> None:
    """Make every waiting task due."""
    Job.objects.filter(status=TaskResultStatus.READY).update(run_after=clock.now() - timedelta(seconds=1))


def expire_heartbeat(worker_id: str) -> None:
    """Set the last heartbeat of a worker to a time long ago."""
    seen = clock.now() - timedelta(minutes=5)
    WorkerLife.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": seen, "ended_at": None})


def test_the_delay_grows_after_each_try_and_the_last_failure_is_final(monkeypatch):
    job = enqueue_job(sample_tasks.fail_without_file, "/no/such/file")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    delays = []
    for _ in RETRY_DELAYS:
        job.claim("a worker")
        job.set_failed(OSError("closed"))
        assert job.status == TaskResultStatus.READY
        delays.append(job.run_after - NOON)
    assert delays == sorted(set(delays))
    job.claim("a worker")
    job.set_failed(OSError("closed"))
    assert (job.status, job.finished_at) == (TaskResultStatus.FAILED, NOON)
    assert Failure.objects.get().times == len(RETRY_DELAYS) + 1


def test_the_worker_runs_a_task_only_once_it_is_due(tmp_path):
    path = tmp_path / "open"
    job = enqueue_job(sample_tasks.fail_without_file, str(path))
    run_worker()
    run_worker()
    assert Failure.objects.get().times == 1
    path.touch()
    make_jobs_due()
    run_worker()
    job.refresh_from_db()
    assert (job.status, job.traceback) == (TaskResultStatus.SUCCESSFUL, "")
    assert not Failure.objects.exists()


def test_a_failure_has_the_first_line_of_its_error(tmp_path):
    enqueue_job(sample_tasks.fail_without_file, str(tmp_path / "none"))
    run_worker()
    failure = Failure.objects.get()
    assert (str(failure), failure.error) == ("Fail without file", "OSError: The post office is closed")


def test_an_error_without_a_message_is_shown_by_its_class():
    claim_job().set_failed(TimeoutError())
    assert Failure.objects.get().error == "TimeoutError"


@pytest.fixture
def disabled_logging():
    """Disable logging, because the error messages in these tests cannot be encoded."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (sample_tasks.return_unserialisable, "TypeError"),
        (sample_tasks.fail_with_unstorable_message, "ValueError"),
        (sample_tasks.exit_process, "SystemExit"),
    ],
)
@pytest.mark.usefixtures("disabled_logging")
def test_no_task_ends_the_worker(task, name, tmp_path):
    enqueue_job(task)
    enqueue_job(sample_tasks.write_line, str(tmp_path / "lines"), "after it")
    run_worker()
    assert Failure.objects.get().error.startswith(name)
    assert (tmp_path / "lines").read_text() == "after it\n"


def test_a_task_whose_function_no_longer_exists_fails(tmp_path):
    job = enqueue_job(sample_tasks.write_line, str(tmp_path / "lines"), "x")
    Job.objects.filter(pk=job.pk).update(task_path="newsroom.media.tasks.gone_since")
    run_worker()
    assert str(Failure.objects.get()) == "Gone since"


def test_the_task_of_a_dead_worker_counts_as_failed_and_is_retried():
    job = claim_job(by="dead")
    expire_heartbeat("dead")
    run_worker()
    job.refresh_from_db()
    assert (job.status, job.worker_ids) == (TaskResultStatus.READY, ["dead"])
    assert Failure.objects.get().error == "The worker ended before the task did."
    make_jobs_due()
    run_worker()
    job.refresh_from_db()
    assert job.status == TaskResultStatus.SUCCESSFUL


def test_a_task_that_kills_every_worker_is_finally_given_up():
    job = claim_job(by="dead")
    for _ in RETRY_DELAYS:
        assert Job.objects.retry_abandoned() == 1
        job.refresh_from_db()
        job.claim("dead")
    assert Job.objects.retry_abandoned() == 1
    job.refresh_from_db()
    assert job.status == TaskResultStatus.FAILED


def test_a_living_worker_keeps_its_task_however_long_it_takes():
    job = claim_job(by="alive")
    Job.objects.filter(pk=job.pk).update(started_at=clock.now() - timedelta(days=2))
    WorkerLife.objects.beat("alive")
    run_worker()
    job.refresh_from_db()
    assert job.status == TaskResultStatus.RUNNING


def test_a_worker_that_was_regarded_as_dead_cannot_change_its_task():
    mine = claim_job(by="asleep")
    assert Job.objects.retry_abandoned() == 1
    theirs = Job.objects.get(pk=mine.pk)
    theirs.claim("another")
    mine.set_successful(3)
    mine.set_failed(OSError("closed"))
    mine.release()
    current = Job.objects.get(pk=mine.pk)
    assert (current.status, current.worker_ids) == (TaskResultStatus.RUNNING, ["asleep", "another"])
    assert Failure.objects.get().times == 1
    theirs.set_successful(5)
    assert Job.objects.get(pk=mine.pk).return_value == 5


def test_an_interrupted_task_is_not_a_failure_and_can_be_released():
    job = claim_job()
    job.set_failed(StoppedError())
    assert not Failure.objects.exists()
    job.release()
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.READY
