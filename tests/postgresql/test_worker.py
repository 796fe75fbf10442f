"""A worker whose connections PostgreSQL terminates, as during a restart."""

from time import monotonic, sleep

import pytest
from django.db import connection

from newsroom.background.models import Job, WorkerLife
from tests.newsroom.background import sample_tasks
from tests.races.processes import MAX_WAIT, start_process
from tests.races.test_worker import run_worker, wait_for_lines

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

END_OTHER_CONNECTIONS = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


def end_worker_connections() -> bool:
    """Terminate all other connections; return whether the worker, which connects only for queries, had one in time."""
    end = monotonic() + MAX_WAIT
    while monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(END_OTHER_CONNECTIONS)
            if cursor.fetchone()[0] >= 1:
                return True
        sleep(0.005)
    return False


def wait_until_idle() -> bool:
    """Wait until no job is running; return False if one never ends. A job ends shortly after its effects appear."""
    end = monotonic() + MAX_WAIT
    while monotonic() < end:
        if not Job.objects.running().exists():
            return True
        sleep(0.01)
    return False


def test_a_worker_continues_after_its_connections_were_terminated(tmp_path):
    path = tmp_path / "lines"
    sample_tasks.write_line.enqueue(str(path), "before")
    with start_process(run_worker, media_root=tmp_path):
        assert wait_for_lines(path, "before")
        assert end_worker_connections()
        sample_tasks.write_line.enqueue(str(path), "after")
        assert wait_for_lines(path, "before", "after")
        assert WorkerLife.objects.is_any_alive()
        assert wait_until_idle()
