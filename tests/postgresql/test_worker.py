"""A worker whose connections PostgreSQL ends, as it does when it is restarted."""

from time import monotonic, sleep

import pytest
from django.db import connection

from newsroom.background.models import Job, WorkerLife
from tests.newsroom.background import sample_tasks
from tests.races.processes import LONGEST_WAIT, beside
from tests.races.test_worker import said, work_until_told

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

END_ALL_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def ended_a_connection() -> bool:
    """End the worker's connections, which it holds only while it asks for something; say whether there was one."""
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(END_ALL_OTHERS)
            if cursor.fetchone()[0] >= 1:
                return True
        sleep(0.005)
    return False


def came_to_rest() -> bool:
    """Wait until no job runs, as one is done a moment after it has done what it was to do; False when one never ends."""
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end:
        if not Job.objects.running().exists():
            return True
        sleep(0.01)
    return False


def test_a_worker_works_on_when_its_connections_were_ended(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.write_line.enqueue(str(path), "before")
    with beside(work_until_told, place=tmp_path):
        assert said(path, "before")
        assert ended_a_connection()
        sample_tasks.write_line.enqueue(str(path), "after")
        assert said(path, "before", "after")
        assert WorkerLife.objects.is_any_alive()
        assert came_to_rest()
