"""Real workers, killed, ended and many at once: each task is done, and by one of them at a time."""

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.tasks import TaskResultStatus

from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from tests.newsroom.background import sample_tasks
from tests.races.processes import LONGEST_WAIT, at_once, beside

pytestmark = pytest.mark.django_db(transaction=True)


def work_through() -> None:
    """Do all that is ready."""
    Worker(interval=0.01, batch=True).run()


def work_until_told() -> None:
    """Be the worker of ``manage.py worker``."""
    call_command("worker", interval=0.01)


def said(path: Path, *lines: str) -> bool:
    """Wait until the file holds exactly these lines; False when it never does."""
    end = time.monotonic() + LONGEST_WAIT
    while time.monotonic() < end:
        if path.exists() and path.read_text().split() == list(lines):
            return True
        time.sleep(0.01)
    return False


def test_each_of_many_tasks_is_done_once_by_several_workers(tmp_path):
    path, words = tmp_path / "lines", [f"word-{number}" for number in range(50)]
    for word in words:
        sample_tasks.write_line.enqueue(str(path), word)
    assert at_once(work_through, [()] * 3, place=tmp_path) == [("returned", None)] * 3
    assert Counter(path.read_text().split()) == Counter(words)
    assert Job.objects.filter(status=TaskResultStatus.SUCCESSFUL).count() == len(words)
    assert not Failure.objects.exists()


def test_what_a_killed_worker_had_in_hand_is_done_by_the_next(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with beside(work_until_told, place=tmp_path) as killed:
        assert said(path, "begun")
        killed.kill()
        killed.join(LONGEST_WAIT)
    work_through()
    assert [life.ended_at for life in WorkerLife.objects.alive()] == [None], "It passes for alive until it was silent."
    assert Job.objects.get().status == TaskResultStatus.RUNNING

    WorkerLife.objects.filter(ended_at=None).update(seen_at=clock.now() - timedelta(minutes=2))
    work_through()
    assert Failure.objects.get().error == "The worker ended before the task did."
    Job.objects.update(run_after=clock.now())
    Path(f"{path}.go").touch()
    assert at_once(work_through, [()] * 2, place=tmp_path) == [("returned", None)] * 2
    assert said(path, "begun", "begun", "done")
    assert (Job.objects.get().status, Failure.objects.count()) == (TaskResultStatus.SUCCESSFUL, 0)


def test_no_other_worker_takes_what_a_living_one_has_in_hand(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with beside(work_until_told, place=tmp_path):
        assert said(path, "begun")
        work_through()
        Path(f"{path}.go").touch()
        assert said(path, "begun", "done")


def test_a_worker_that_is_asked_to_end_finishes_its_task_first(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    sample_tasks.write_line.enqueue(str(path), "not-begun")
    with beside(work_until_told, place=tmp_path) as asked:
        assert said(path, "begun")
        asked.terminate()
        Path(f"{path}.go").touch()
        asked.join(LONGEST_WAIT)
        assert asked.exitcode == 0
    assert said(path, "begun", "done")
    assert not WorkerLife.objects.is_any_alive()
    assert [job.status for job in Job.objects.exclude(status=TaskResultStatus.SUCCESSFUL)] == [TaskResultStatus.READY]


def test_a_worker_that_is_asked_twice_puts_its_task_back(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with beside(work_until_told, place=tmp_path) as asked:
        assert said(path, "begun")
        asked.terminate()
        time.sleep(0.5)  # two signals at once are one
        asked.terminate()
        asked.join(LONGEST_WAIT)
        assert asked.exitcode == 0
    assert (Job.objects.get().status, Failure.objects.count()) == (TaskResultStatus.READY, 0)
    Path(f"{path}.go").touch()
    work_through()
    assert said(path, "begun", "begun", "done")
