"""Making a corpus with several processes, each on a connection of its own."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
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
