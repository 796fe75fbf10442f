"""The background work."""

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

# The worker closes its connection between two looks: the test must not stand inside a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def test_the_worker_stops_by_itself_when_told_to_and_nothing_is_left():
    call_command("worker", batch=True, interval=0)
    assert DBTaskResult.objects.ready().count() == 0
