"""Making a corpus with several processes, each on a connection of its own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from newsroom.http import clock
from stories.models import Edition

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


LONGEST_WAIT = 60.0  # seconds


def begin(stories: int) -> "subprocess.Popen[str]":
    """Begin to make a corpus with two processes, in a process group of its own."""
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    return subprocess.Popen(
        [sys.executable, "manage.py", "make_corpus", "--stories", str(stories), "--processes", "2"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}", "DEBUG": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def waited_for(happens: Callable[[], bool]) -> bool:
    """Say whether it happens before it is waited for too long."""
    end = time.monotonic() + LONGEST_WAIT
    while not (has_happened := happens()) and time.monotonic() < end:
        time.sleep(0.05)
    return has_happened


def has_ended(group: int) -> bool:
    """Say whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_processes_make_a_corpus_together():
    with begin(60) as making:
        said, complaints = making.communicate()
    assert said == "60 stories of the corpus are there.\n", complaints
    assert Edition.objects.live(clock.now()).stories().count() == 60


def test_no_process_outlives_the_one_that_began_it():
    with begin(10_000) as making:
        try:
            assert waited_for(Edition.objects.exists)
            making.kill()
            making.wait()
            assert waited_for(lambda: has_ended(making.pid))
        finally:
            if not has_ended(making.pid):
                os.killpg(making.pid, signal.SIGKILL)


def test_the_database_has_taken_stock_of_a_corpus_once_it_is_made(editor):
    call_command("make_corpus", stories=5, by=editor.username, stdout=StringIO(), stderr=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'stories_edition'")
        assert cursor.fetchone() == (Edition.objects.count(),)
