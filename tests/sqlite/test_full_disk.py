"""A running site whose disk with the SQLite file, the folder and the pictures is full."""

import sqlite3
from contextlib import closing

import pytest

from tests.backups import restored
from tests.databases import copy_sqlite, process_variables
from tests.factories import make_image, make_published_story, make_user
from tests.full_disk import assert_nothing_is_lost
from tests.servers.server_process import run_server
from tests.small_disk import small_disk

pytestmark = [pytest.mark.audit, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def disk(tmp_path):
    """Yield a small disk with a copy of the test database."""
    with small_disk(tmp_path / "disk", megabytes=64) as disk:
        (disk.folder / "var").mkdir()
        copy_sqlite(disk.folder / "newsroom.sqlite3")
        yield disk


def test_readers_are_served_and_nothing_that_editors_send_is_lost(disk, settings, tmp_path):
    url = f"sqlite:///{disk.folder / 'newsroom.sqlite3'}"
    settings.VAR_DIR, settings.MEDIA_ROOT = disk.folder / "var", disk.folder / "media"
    with restored(url):
        make_user(role="Editor", username="editor")
        make_published_story(lead_image=make_image(), lead_alt="The pier")
    variables = process_variables(settings.VAR_DIR) | {"DATABASE_URL": url}

    def fill():
        # What SQLite has written may be written once more without more space, as long as it is not in the database.
        with closing(sqlite3.connect(disk.folder / "newsroom.sqlite3", timeout=20)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        disk.fill()

    with run_server("serve", tmp_path, variables) as port:
        assert_nothing_is_lost(port, fill=fill, make_space=disk.make_space)
