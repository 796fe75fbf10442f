"""The ``worker`` command."""

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

# The worker closes a connection on which a transaction is open, so the test must not run inside one.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_stops_after_one_batch_and_leaves_no_ready_task():
    call_command("worker", batch=True, interval=0)
    assert DBTaskResult.objects.ready().count() == 0
