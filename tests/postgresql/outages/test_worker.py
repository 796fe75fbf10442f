"""The worker waits for a PostgreSQL that is away, and for one that takes no writes."""

import subprocess
import sys
from contextlib import contextmanager
from time import monotonic, sleep

import pytest
from django.conf import settings

from newsroom.background.worker import PAUSE
from tests.postgresql.outages.conftest import environment

pytestmark = [pytest.mark.audit, pytest.mark.django_db]
LONGEST_WAIT = 60.0


@contextmanager
def worker(cluster, log):
    """Run the worker as a site does; it stops at the first signal."""
    command = [sys.executable, "manage.py", "worker", "--interval", "0.05"]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment(cluster), stdout=file, stderr=file)
    try:
        yield process
        assert process.poll() is None, log.read_text()
        process.terminate()
        assert process.wait(LONGEST_WAIT) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()


def enqueue(cluster, path, word):
    code = f"import django; django.setup(); from tests.newsroom.background import sample_tasks; sample_tasks.write_line.enqueue({str(path)!r}, {word!r})"
    subprocess.run([sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment(cluster), check=True)


def waits(log, times):
    """Return whether the worker says so often that it waits."""
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end:
        if log.read_text().count(f"tried again in {PAUSE} seconds") >= times:
            return True
        sleep(0.05)
    return False


def said(path, *words):
    end = monotonic() + LONGEST_WAIT
    while monotonic() < end:
        if path.exists() and path.read_text().split() == list(words):
            return True
        sleep(0.05)
    return False


def test_a_worker_waits_for_postgresql_at_its_start_and_while_it_takes_no_writes(cluster, tmp_path):
    log, path = tmp_path / "log", tmp_path / "lines"
    cluster.stop()
    with worker(cluster, log):
        assert waits(log, 1)
        cluster.start()
        enqueue(cluster, path, "first")
        assert said(path, "first")
        cluster.only_read()
        assert waits(log, 3)
        cluster.take_writes()
        enqueue(cluster, path, "second")
        assert said(path, "first", "second")
