"""A worker whose connections PostgreSQL ends, as it does when it is restarted."""

import pytest
from django.db import connection

from newsroom.jobs.models import Job, WorkerLife
from tests.newsroom.jobs import doing
from tests.races.processes import beside
from tests.races.test_worker import said, work_until_told

pytestmark = pytest.mark.django_db(transaction=True)

END_ALL_OTHERS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def test_a_worker_works_on_when_its_connections_were_ended(tmp_path):
    path = tmp_path / "lines"
    doing.note.enqueue(str(path), "before")
    with beside(work_until_told, place=tmp_path):
        assert said(path, "before")
        with connection.cursor() as cursor:
            cursor.execute(END_ALL_OTHERS)
            assert cursor.fetchone()[0] >= 1
        doing.note.enqueue(str(path), "after")
        assert said(path, "before", "after")
        assert WorkerLife.objects.is_any_alive()
    assert not Job.objects.running().exists()
