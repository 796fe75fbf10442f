"""The background work."""

import pytest
from django.core.management import call_command
from django_tasks_db.models import DBTaskResult

pytestmark = pytest.mark.django_db


def test_the_worker_stops_by_itself_when_told_to_and_nothing_is_left():
    call_command("worker", batch=True, interval=0)
    assert DBTaskResult.objects.ready().count() == 0
