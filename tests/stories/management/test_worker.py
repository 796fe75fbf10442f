"""The ``worker`` command."""

import pytest
from django.core.management import call_command
from django.tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tests.newsroom.background import sample_tasks

# The worker closes a connection on which a transaction is open, so the test must not run inside one.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_runs_all_ready_tasks_and_stops_after_one_batch(tmp_path):
    path = tmp_path / "lines"
    for word in ("one", "two"):
        sample_tasks.write_line.enqueue(str(path), word)
    call_command("worker", batch=True, interval=0)
    assert sorted(path.read_text().split()) == ["one", "two"]
    assert {row.status for row in DBTaskResult.objects.all()} == {TaskResultStatus.SUCCESSFUL}
