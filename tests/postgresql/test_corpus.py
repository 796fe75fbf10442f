"""Creating a corpus on PostgreSQL, where several processes can do so together."""

import os
import signal
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from newsroom.http import clock
from stories.models import Edition
from tests.databases import database_url
from tests.wait import wait_until

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


def start(stories: int) -> "subprocess.Popen[str]":
    """Start ``make_corpus`` with two processes, in a separate process group."""
    return subprocess.Popen(
        [sys.executable, "manage.py", "make_corpus", "--stories", str(stories), "--processes", "2"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url(), "DEBUG": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def has_ended(group: int) -> bool:
    """Return whether no process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


def test_two_processes_create_a_corpus_together():
    with start(60) as process:
        output, errors = process.communicate()
    assert output == "The corpus has 60 stories.\n", errors
    assert Edition.objects.live(clock.now()).stories().count() == 60


def test_no_process_outlives_its_parent():
    with start(10_000) as process:
        try:
            wait_until(Edition.objects.exists)
            process.kill()
            process.wait()
            wait_until(lambda: has_ended(process.pid))
        finally:
            if not has_ended(process.pid):
                os.killpg(process.pid, signal.SIGKILL)


def test_the_database_is_analysed_after_a_corpus_is_created(editor):
    call_command("make_corpus", stories=5, by=editor.username, stdout=StringIO(), stderr=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'stories_edition'")
        assert cursor.fetchone() == (Edition.objects.count(),)
