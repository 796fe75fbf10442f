"""Retention in separate processes: one at a time, killed in the middle, and beside workers."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from newsroom.background.models import WorkerLife
from newsroom.http import clock
from newsroom.operations import retention
from newsroom.operations.commands import LockedError
from newsroom.operations.locks import exclusive_run
from tests.races.kill_process import run_until_write
from tests.races.processes import MAX_WAIT, run_concurrently, start_process

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = 40


@pytest.fixture(autouse=True)
def _var_dir(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def old_rows(transactional_db):
    seen_at = clock.now() - timedelta(days=15)
    WorkerLife.objects.bulk_create(WorkerLife(worker_id=f"a{n}", seen_at=seen_at) for n in range(ROWS))


def hold_lock(folder: str) -> None:
    """Hold the lock until the process is killed."""
    settings.VAR_DIR = Path(folder)
    with exclusive_run("tidy", refusal="Held."):
        (Path(folder) / "held").touch()
        time.sleep(MAX_WAIT)


def tidy(folder: str, *, as_worker: bool = False) -> int:
    """Run the rule of workers in small batches, and return how many rows it deleted."""
    settings.VAR_DIR = Path(folder)
    rule = retention.RowRule("workers", 14, lambda at, age: [WorkerLife.objects.unseen_since(at - age)], batch=3)
    retention.register(rule)
    before = WorkerLife.objects.count()
    if as_worker:
        retention.tidy_if_due(clock.now())
        return before - WorkerLife.objects.count()
    return sum(outcome.deleted for outcome in retention.tidy(at=clock.now(), only=["workers"]))


def tidy_or_work(folder: str, as_worker: bool) -> None:
    try:
        tidy(folder, as_worker=as_worker)
    except LockedError:
        return


def test_the_lock_is_released_when_its_process_is_killed(tmp_path):
    with start_process(hold_lock, str(tmp_path), media_root=tmp_path) as process:
        end = time.monotonic() + MAX_WAIT
        while not (tmp_path / "held").exists() and time.monotonic() < end:
            time.sleep(0.01)
        with pytest.raises(LockedError, match="Held elsewhere"), exclusive_run("tidy", refusal="Held elsewhere."):
            pytest.fail("Two processes hold the lock.")
        with exclusive_run("another", refusal="Held."):
            pass
        process.kill()
        process.join(MAX_WAIT)
        _take_lock()


def _take_lock() -> None:
    """Take the lock; PostgreSQL notices within moments that a client is gone."""
    end = time.monotonic() + MAX_WAIT
    while True:
        try:
            with exclusive_run("tidy", refusal="Held."):
                return
        except LockedError:
            assert time.monotonic() < end
            time.sleep(0.01)


@pytest.mark.parametrize("at", [1, 2, 3, 5, 8])
@pytest.mark.usefixtures("old_rows")
def test_a_killed_run_deletes_whole_batches_and_the_next_run_the_rest(tmp_path, at):
    was_killed, _ = run_until_write(at, tidy, (str(tmp_path),), media_root=tmp_path)
    assert was_killed
    remaining = WorkerLife.objects.count()
    assert (ROWS - remaining) % 3 == 0
    assert run_concurrently(tidy, [(str(tmp_path),)], media_root=tmp_path) == [("returned", remaining)]
    assert not WorkerLife.objects.exists()


@pytest.mark.usefixtures("old_rows")
def test_two_workers_and_two_commands_at_once_delete_everything_once(tmp_path):
    calls = [(str(tmp_path), as_worker) for as_worker in (True, True, False, False)]
    assert run_concurrently(tidy_or_work, calls, media_root=tmp_path) == [("returned", None)] * 4
    assert not WorkerLife.objects.exists()
