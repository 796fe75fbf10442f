"""Workers in separate processes, killed, terminated and concurrent: each task is run by one of them at a time."""

import time
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.tasks import TaskResultStatus

from newsroom.background import heartbeat, models
from newsroom.background.models import Failure, Job, WorkerLife
from newsroom.background.worker import Worker
from newsroom.http import clock
from tests.newsroom.background import sample_tasks
from tests.races.processes import MAX_WAIT, run_concurrently, start_process
from tests.wait import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def run_ready_tasks() -> None:
    """Run all tasks that are ready."""
    Worker(interval=0.01, batch=True).run()


def run_worker() -> None:
    """Run ``manage.py worker``."""
    call_command("worker", interval=0.01)


def run_impatient_worker(beat: float, dead_after: float, delay: float) -> None:
    """Run ``manage.py worker`` with shorter times, in seconds.

    They are the interval of heartbeats, the time after which a silent worker is dead, and the delay before a retry.
    """
    heartbeat.BEAT_INTERVAL = beat
    vars(models).update(DEAD_AFTER=timedelta(seconds=dead_after), RETRY_DELAYS=(timedelta(seconds=delay),) * 5)
    run_worker()


def run_default_worker() -> None:
    """Run ``manage.py worker`` as its unit does."""
    call_command("worker")


def wait_for_lines(path: Path, *lines: str) -> None:
    """Wait until the file contains exactly these lines."""
    wait_until(lambda: path.exists() and path.read_text().split() == list(lines), MAX_WAIT)


def test_several_workers_run_each_task_once(tmp_path):
    path, words = tmp_path / "lines", [f"word-{number}" for number in range(50)]
    for word in words:
        sample_tasks.write_line.enqueue(str(path), word)
    assert run_concurrently(run_ready_tasks, [()] * 3, media_root=tmp_path) == [("returned", None)] * 3
    assert Counter(path.read_text().split()) == Counter(words)
    assert Job.objects.filter(status=TaskResultStatus.SUCCESSFUL).count() == len(words)
    assert not Failure.objects.exists()


def test_the_next_worker_runs_the_task_of_a_killed_worker(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with start_process(run_worker, media_root=tmp_path) as killed:
        wait_for_lines(path, "begun")
        killed.kill()
        killed.join(MAX_WAIT)
    run_ready_tasks()
    assert [life.ended_at for life in WorkerLife.objects.alive()] == [None], (
        "A killed worker counts as alive until its timeout."
    )
    assert Job.objects.get().status == TaskResultStatus.RUNNING

    WorkerLife.objects.filter(ended_at=None).update(seen_at=clock.now() - timedelta(minutes=2))
    run_ready_tasks()
    assert Failure.objects.get().error == "The worker ended before the task did."
    Job.objects.update(run_after=clock.now())
    Path(f"{path}.go").touch()
    assert run_concurrently(run_ready_tasks, [()] * 2, media_root=tmp_path) == [("returned", None)] * 2
    wait_for_lines(path, "begun", "begun", "done")
    assert (Job.objects.get().status, Failure.objects.count()) == (TaskResultStatus.SUCCESSFUL, 0)


def test_a_second_worker_completes_the_task_of_a_killed_one(tmp_path, full_length):
    path = tmp_path / "lines"
    start = partial(start_process, *([run_default_worker] if full_length else [run_impatient_worker, 0.1, 2.0, 0.1]))
    with start(media_root=tmp_path) as first, start(media_root=tmp_path) as second:
        wait_until(lambda: WorkerLife.objects.alive().count() == 2, MAX_WAIT)
        sample_tasks.wait_for_file.enqueue(str(path))
        wait_for_lines(path, "begun")
        # A worker is named after its machine and its process.
        process = int(Job.objects.get().worker_ids[-1].split("-")[-2])
        killed, other = (first, second) if first.pid == process else (second, first)
        assert killed.pid == process
        killed.kill()
        killed_at = time.monotonic()
        Path(f"{path}.go").touch()
        wait_for_lines(path, "begun", "begun", "done")
        assert not full_length or time.monotonic() - killed_at < 90
        wait_until(lambda: Job.objects.get().status == TaskResultStatus.SUCCESSFUL, MAX_WAIT)
        assert other.is_alive()
    assert int(Job.objects.get().worker_ids[-1].split("-")[-2]) == other.pid
    assert not Failure.objects.exists()


def test_no_worker_takes_the_task_of_a_live_worker(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with start_process(run_worker, media_root=tmp_path):
        wait_for_lines(path, "begun")
        run_ready_tasks()
        Path(f"{path}.go").touch()
        wait_for_lines(path, "begun", "done")


def test_a_terminated_worker_finishes_its_task_first(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    sample_tasks.write_line.enqueue(str(path), "not-begun")
    with start_process(run_worker, media_root=tmp_path) as terminated:
        wait_for_lines(path, "begun")
        terminated.terminate()
        Path(f"{path}.go").touch()
        terminated.join(MAX_WAIT)
        assert terminated.exitcode == 0
    wait_for_lines(path, "begun", "done")
    assert not WorkerLife.objects.is_any_alive()
    assert [job.status for job in Job.objects.exclude(status=TaskResultStatus.SUCCESSFUL)] == [TaskResultStatus.READY]


def test_a_worker_terminated_twice_returns_its_task_to_the_queue(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.wait_for_file.enqueue(str(path))
    with start_process(run_worker, media_root=tmp_path) as terminated:
        wait_for_lines(path, "begun")
        terminated.terminate()
        time.sleep(0.5)  # simultaneous signals are merged into one
        terminated.terminate()
        terminated.join(MAX_WAIT)
        assert terminated.exitcode == 0
    assert (Job.objects.get().status, Failure.objects.count()) == (TaskResultStatus.READY, 0)
    Path(f"{path}.go").touch()
    run_ready_tasks()
    wait_for_lines(path, "begun", "begun", "done")
