"""A worker whose connections PostgreSQL terminates, as during a restart."""

import pytest
from django.db import connection

from newsroom.background.models import Job, WorkerLife
from tests.newsroom.background import sample_tasks
from tests.races.processes import MAX_WAIT, start_process
from tests.races.test_worker import run_worker, wait_for_lines
from tests.wait import wait_until

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

END_OTHER_CONNECTIONS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def end_other_connections() -> int:
    """Terminate all other connections to the database, and return how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(END_OTHER_CONNECTIONS)
        return int(cursor.fetchone()[0])


def test_a_worker_continues_after_its_connections_were_terminated(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.write_line.enqueue(str(path), "before")
    with start_process(run_worker, media_root=tmp_path):
        wait_for_lines(path, "before")
        # The worker connects for its queries only, so that it may have no connection at this moment.
        wait_until(lambda: end_other_connections() > 0, MAX_WAIT)
        sample_tasks.write_line.enqueue(str(path), "after")
        wait_for_lines(path, "before", "after")
        assert WorkerLife.objects.is_any_alive()
        wait_until(lambda: not Job.objects.running().exists(), MAX_WAIT)  # a job ends shortly after its effects appear
