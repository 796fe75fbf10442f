"""What becomes of a task that fails, and of one whose worker ended."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from django.tasks import TaskResultStatus

from newsroom.background.models import RETRY_DELAYS, Failure, Job, StoppedError, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from newsroom.media.tasks import prepare_renditions
from tests.newsroom.background import doing

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]

NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


def queued(task, *args) -> Job:
    """Let a task wait, and return its row."""
    return Job.objects.get(pk=task.enqueue(*args).id)


def taken(by: str = "a worker") -> Job:
    """Return a task that a worker has in hand."""
    job = queued(prepare_renditions, "8b6f8f0e-4a3c-4c55-9b37-2f0c7d1e9a11")
    job.claim(by)
    return job


def work() -> None:
    """Do all that is ready."""
    Worker(interval=0, batch=True).run()


def hurry() -> None:
    """Let every waiting task be ready."""
    Job.objects.filter(status=TaskResultStatus.READY).update(run_after=clock.now() - timedelta(seconds=1))


def grow_silent(worker_id: str) -> None:
    """Let a worker have given its last sign of life long ago."""
    seen = clock.now() - timedelta(minutes=5)
    WorkerLife.objects.update_or_create(worker_id=worker_id, defaults={"seen_at": seen, "ended_at": None})


def test_a_failed_task_waits_longer_after_each_try_and_then_for_somebody_to_decide(monkeypatch):
    job = queued(doing.stumble, "/no/such/file")
    monkeypatch.setattr(clock, "now", lambda: NOON)
    waits = []
    for _ in RETRY_DELAYS:
        job.claim("a worker")
        job.set_failed(OSError("closed"))
        assert job.status == TaskResultStatus.READY
        waits.append(job.run_after - NOON)
    assert waits == sorted(set(waits))
    job.claim("a worker")
    job.set_failed(OSError("closed"))
    assert (job.status, job.finished_at) == (TaskResultStatus.FAILED, NOON)
    assert Failure.objects.get().times == len(RETRY_DELAYS) + 1


def test_the_worker_takes_no_task_before_its_time_and_every_task_after_it(tmp_path):
    path = tmp_path / "open"
    job = queued(doing.stumble, str(path))
    work()
    work()
    assert Failure.objects.get().times == 1
    path.touch()
    hurry()
    work()
    job.refresh_from_db()
    assert (job.status, job.traceback) == (TaskResultStatus.SUCCESSFUL, "")
    assert not Failure.objects.exists()


def test_a_failure_says_why_in_a_line(tmp_path):
    queued(doing.stumble, str(tmp_path / "none"))
    work()
    failure = Failure.objects.get()
    assert (str(failure), failure.error) == ("Stumble", "OSError: The post office is closed")


def test_an_error_without_words_is_named():
    taken().set_failed(TimeoutError())
    assert Failure.objects.get().error == "TimeoutError"


@pytest.fixture
def silent_log():
    """Write nothing down: what no file can hold cannot be carried between the processes of the suite either."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize(
    ("task", "name"),
    [
        (doing.say_what_nobody_can_keep, "TypeError"),
        (doing.break_badly, "ValueError"),
        (doing.leave, "SystemExit"),
    ],
)
@pytest.mark.usefixtures("silent_log")
def test_no_task_brings_the_worker_down(task, name, tmp_path):
    queued(task)
    queued(doing.note, str(tmp_path / "lines"), "after it")
    work()
    assert Failure.objects.get().error.startswith(name)
    assert (tmp_path / "lines").read_text() == "after it\n"


def test_a_task_that_the_code_no_longer_knows_is_a_failure(tmp_path):
    job = queued(doing.note, str(tmp_path / "lines"), "x")
    Job.objects.filter(pk=job.pk).update(task_path="newsroom.media.tasks.gone_since")
    work()
    assert str(Failure.objects.get()) == "Gone since"


def test_what_a_dead_worker_had_in_hand_is_tried_again_as_after_a_failure():
    job = taken(by="dead")
    grow_silent("dead")
    work()
    job.refresh_from_db()
    assert (job.status, job.worker_ids) == (TaskResultStatus.READY, ["dead"])
    assert Failure.objects.get().error == "The worker ended before the task did."
    hurry()
    work()
    job.refresh_from_db()
    assert job.status == TaskResultStatus.SUCCESSFUL


def test_a_task_that_kills_every_worker_is_given_up_in_the_end():
    job = taken(by="dead")
    for _ in RETRY_DELAYS:
        assert Job.objects.retry_abandoned() == 1
        job.refresh_from_db()
        job.claim("dead")
    assert Job.objects.retry_abandoned() == 1
    job.refresh_from_db()
    assert job.status == TaskResultStatus.FAILED


def test_a_living_worker_keeps_what_it_has_in_hand_however_long_it_takes():
    job = taken(by="alive")
    Job.objects.filter(pk=job.pk).update(started_at=clock.now() - timedelta(days=2))
    WorkerLife.objects.beat("alive")
    work()
    job.refresh_from_db()
    assert job.status == TaskResultStatus.RUNNING


def test_who_was_thought_dead_and_comes_back_changes_nothing():
    mine = taken(by="asleep")
    assert Job.objects.retry_abandoned() == 1
    theirs = Job.objects.get(pk=mine.pk)
    theirs.claim("another")
    mine.set_successful(3)
    mine.set_failed(OSError("closed"))
    mine.release()
    standing = Job.objects.get(pk=mine.pk)
    assert (standing.status, standing.worker_ids) == (TaskResultStatus.RUNNING, ["asleep", "another"])
    assert Failure.objects.get().times == 1
    theirs.set_successful(5)
    assert Job.objects.get(pk=mine.pk).return_value == 5


def test_a_broken_off_task_is_no_failure_and_can_be_put_back():
    job = taken()
    job.set_failed(StoppedError())
    assert not Failure.objects.exists()
    job.release()
    assert Job.objects.get(pk=job.pk).status == TaskResultStatus.READY
