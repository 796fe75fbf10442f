"""The gauges of the queue and of the workers."""

from datetime import timedelta

import pytest
from django.tasks import TaskResultStatus

from newsroom.accounts.tasks import mail_account_notice
from newsroom.background import gauges
from newsroom.background.models import RETRY_DELAYS, Job, WorkerLife
from newsroom.background.worker import Worker
from newsroom.counters import split_key
from newsroom.http import clock
from newsroom.operations import metrics
from newsroom.operations.models import SiteState, SiteStatus
from tests.factories import make_failure
from tests.newsroom.background import sample_tasks

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def read(name: str) -> metrics.Values:
    return metrics._gauges[f"newsroom_{name}"].read()


def enqueue(task=sample_tasks.return_unserialisable, *args, seconds: int = 0, **options) -> Job:
    """Enqueue a task that has been waiting for some seconds."""
    job = Job.objects.get(pk=task.using(**options).enqueue(*args).id)
    Job.objects.filter(pk=job.pk).update(enqueued_at=clock.now() - timedelta(seconds=seconds))
    return job


def test_tasks_that_could_run_are_counted():
    enqueue()
    enqueue(run_after=clock.now() + timedelta(hours=1))
    job = enqueue()
    job.claim("a worker")
    assert read("tasks_ready") == 1


def test_the_oldest_wait_of_each_queue_counts_from_the_time_when_a_task_could_run():
    enqueue(seconds=40)
    enqueue(seconds=10)
    enqueue(seconds=5_000, run_after=clock.now() - timedelta(seconds=90), queue_name="default")
    assert gauges.read_oldest_waits() == {"default": pytest.approx(90, abs=5)}


def test_without_waiting_tasks_no_queue_waits():
    assert gauges.read_oldest_waits() == {}


def test_tasks_that_a_quiet_site_holds_do_not_wait_but_their_mails_do():
    SiteState.objects.create(pk=1, status=SiteStatus.QUIET, restored_at=clock.now())
    enqueue(mail_account_notice, "anna@lisle.example", "Subject", "Text")
    assert (read("tasks_ready"), gauges.read_oldest_waits()) == (0, {})
    assert read("mails_waiting") == 1


def test_only_failures_that_wait_for_a_decision_are_counted():
    make_failure()
    assert read("tasks_failed") == 0
    job = enqueue()
    for _ in range(len(RETRY_DELAYS) + 1):
        Job.objects.filter(pk=job.pk).update(status=TaskResultStatus.READY)
        job.refresh_from_db()
        job.claim("a worker")
        job.set_failed(OSError("closed"))
    assert read("tasks_failed") == 1


def test_living_workers_are_counted():
    WorkerLife.objects.beat("one")
    WorkerLife.objects.beat("two")
    WorkerLife.objects.end("two")
    WorkerLife.objects.create(worker_id="three", seen_at=clock.now() - timedelta(minutes=2))
    assert read("workers_alive") == 1


def test_each_try_of_a_task_is_counted_with_its_result(tmp_path, monkeypatch):
    counted: list[list[str]] = []
    monkeypatch.setattr("newsroom.counters.add", lambda key, amount=1.0: counted.append(split_key(key)))
    sample_tasks.write_line.enqueue(str(tmp_path / "file"), "done")
    sample_tasks.fail_without_file.enqueue(str(tmp_path / "missing"))
    Worker(interval=0, batch=True).run()
    job = Job.objects.get(task_path__endswith="fail_without_file")
    for _ in RETRY_DELAYS:
        Job.objects.filter(pk=job.pk).update(run_after=clock.now())
        Worker(interval=0, batch=True).run()
    path = "tests.newsroom.background.sample_tasks"
    tasks = [values for name, *values in counted if name == "newsroom_tasks_total"]
    assert sorted(tasks) == [
        [f"{path}.fail_without_file", "failed"],
        *[[f"{path}.fail_without_file", "retried"]] * len(RETRY_DELAYS),
        [f"{path}.write_line", "succeeded"],
    ]
