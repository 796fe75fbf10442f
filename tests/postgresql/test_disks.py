"""The folders of PostgreSQL, as a real server tells them."""

from pathlib import Path

import pytest
from django.db import connection

from newsroom.operations import disks
from tests.wait import WAIT

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unknown_folders(monkeypatch):
    """Forget the folders that were found, before and after the test. The search may take long on a busy machine."""
    monkeypatch.setattr(disks, "FIND_TIMEOUT", WAIT)
    disks._find_postgresql_folders.cache_clear()
    yield
    disks._find_postgresql_folders.cache_clear()


def test_a_role_that_may_read_all_settings_is_told_the_folder():
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        assert disks.find_database_folders()[:1] == [Path(cursor.fetchone()[0])]


def test_an_ordinary_role_finds_the_usual_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(disks, "_DEBIAN_FOLDER", tmp_path)
    with connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary")
        cursor.execute("SET LOCAL ROLE ordinary")
        # In this thread, whose connection has the role.
        assert disks._find_postgresql_folders() == (tmp_path,)
        cursor.execute("RESET ROLE")
