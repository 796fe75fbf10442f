"""A restore into the file of a site that is running is refused, whichever of its processes has the file open."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection

from newsroom.background.models import WorkerLife
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.snapshots import read_contents
from tests.backups import Site, make_site, process_environment
from tests.databases import database_url, process_variables
from tests.factories import make_published_story
from tests.servers.server_process import run_server, send_request

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]

MAX_WAIT = 60.0  # seconds


def restore_in_place(site: Site) -> tuple[int, str]:
    """Restore into the file of the site. Return the exit code and what was printed to standard error."""
    connection.close()  # so that this process does not have the file open
    done = subprocess.run(
        [sys.executable, "manage.py", "restore", str(site.store.root), "--into", database_url()],
        cwd=django_settings.BASE_DIR,
        env=process_environment(site.folder / "var"),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


@contextmanager
def run_worker(site: Site) -> Iterator[None]:
    """Run a worker during the block, which begins when the worker has written to the database."""
    environment = process_environment(site.folder / "var")
    command = [sys.executable, "manage.py", "worker"]
    with subprocess.Popen(command, cwd=django_settings.BASE_DIR, env=environment, stderr=subprocess.DEVNULL) as worker:
        try:
            end = time.monotonic() + MAX_WAIT
            while not count_workers():
                assert time.monotonic() < end, "The worker did not start."
                time.sleep(0.1)
            yield
        finally:
            worker.terminate()


def count_workers() -> int:
    with closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=20)) as database:
        [[count]] = database.execute(f"SELECT COUNT(*) FROM {WorkerLife._meta.db_table}")  # noqa: S608 -- a name in the code
        return int(count)


def test_the_file_of_a_running_site_is_refused_and_stays_as_it_is(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"
    site = make_site(tmp_path)
    create_backup(site.store)
    story = make_published_story(headline="The barrier was repaired after the backup")
    before = read_contents("default")
    name = Path(connection.settings_dict["NAME"]).name
    in_use = (3, f"{name} is in use. Stop newsroom-web and newsroom-worker.\n")

    code, words = restore_in_place(site)
    assert code == 3
    assert words.startswith(f"{name} is not empty ("), "Nobody has the file open."
    with run_server("serve", tmp_path, process_variables(settings.VAR_DIR)) as port:
        path = f"/stories/{story.slug}/"
        assert send_request(port, path).status == 200
        assert restore_in_place(site) == in_use
        assert send_request(port, path).status == 200
    with run_worker(site):
        assert restore_in_place(site) == in_use

    after = read_contents("default")
    assert after.digests == before.digests
    tables = [table for table in before.counts if table.startswith("stories_")]
    assert [after.counts[table] for table in tables] == [before.counts[table] for table in tables]
