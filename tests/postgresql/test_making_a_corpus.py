"""Making a corpus with several processes, each on a connection of its own."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from newsroom import clock
from stories.models import Edition

pytestmark = pytest.mark.django_db(transaction=True)


def test_processes_make_a_corpus_together():
    server, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    made = subprocess.run(
        [sys.executable, "manage.py", "make_corpus", "--stories", "60", "--processes", "2"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}", "DEBUG": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.stdout == "60 stories of the corpus are there.\n", made.stderr
    assert Edition.objects.live(clock.now()).stories().count() == 60


def test_the_database_has_taken_stock_of_a_corpus_once_it_is_made(editor):
    call_command("make_corpus", stories=5, by=editor.username, stdout=StringIO(), stderr=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'stories_edition'")
        assert cursor.fetchone() == (Edition.objects.count(),)
