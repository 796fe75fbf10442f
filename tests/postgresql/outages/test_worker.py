"""The worker waits while PostgreSQL is down or accepts no writes."""

import subprocess
import sys
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from django.conf import settings

from newsroom.background.worker import PAUSE
from tests.postgresql.outages.conftest import environment

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
MAX_WAIT = 60.0


@contextmanager
def worker(cluster, log):
    """Run a worker process. It must run until the end of the block, and then stop at the first signal."""
    command = [sys.executable, "manage.py", "worker", "--interval", "0.05"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(cluster), stdout=file, stderr=file)
    try:
        yield process
        assert process.poll() is None, log.read_text()
        process.terminate()
        assert process.wait(MAX_WAIT) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def enqueue(cluster, path, word):
    code = f"import django; django.setup(); from tests.newsroom.background import sample_tasks; sample_tasks.write_line.enqueue({str(path)!r}, {word!r})"
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment(cluster), check=True)


def is_logged(log, times):
    """Return whether the worker logs at least this number of retries within ``MAX_WAIT`` seconds."""
    end = monotonic() + MAX_WAIT
    while monotonic() < end:
        if log.read_text().count(f"tried again in {PAUSE} seconds") >= times:
            return True
        sleep(0.05)
    return False


def has_lines(path, *words):
    """Return whether the file contains exactly these words within ``MAX_WAIT`` seconds."""
    end = monotonic() + MAX_WAIT
    while monotonic() < end:
        if path.exists() and path.read_text().split() == list(words):
            return True
        sleep(0.05)
    return False


def test_a_worker_waits_while_postgresql_is_stopped_or_read_only(cluster, tmp_path):
    log, path = tmp_path / "log", tmp_path / "lines"
    cluster.stop()
    with worker(cluster, log):
        assert is_logged(log, 1)
        cluster.start()
        enqueue(cluster, path, "first")
        assert has_lines(path, "first")
        cluster.make_read_only()
        assert is_logged(log, 3)
        cluster.accept_writes()
        enqueue(cluster, path, "second")
        assert has_lines(path, "first", "second")
