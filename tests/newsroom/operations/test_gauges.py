"""The gauges of the running site."""

from datetime import timedelta

import pytest
from django.db import connection

from newsroom.http import clock
from newsroom.operations import gauges, metrics
from newsroom.operations.disks import find_database_folders
from newsroom.operations.models import Backup, Drill, SiteState, SiteStatus
from newsroom.operations.version import version
from newsroom.page_cache.release import release

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def read(name: str) -> metrics.Values:
    return metrics._gauges[f"newsroom_{name}"].read()


def make_drill(*, hours: int, has_passed: bool) -> Drill:
    began_at = clock.now() - timedelta(hours=hours)
    return Drill.objects.create(
        backup="2026-11-28T031500Z", began_at=began_at, seconds=1, has_passed=has_passed, sentence="It went on."
    )


def test_the_release_is_named():
    assert read("release_info") == {(version(), release()): 1}


def test_the_free_space_of_each_folder_is_read(settings):
    found = read("disk_free_bytes")
    assert isinstance(found, dict)
    assert str(settings.VAR_DIR) in found
    assert {str(folder) for folder in find_database_folders()} <= found.keys()
    assert all(free > 0 for free in found.values())
    assert found.keys() == dict(read("disk_size_bytes")).keys()


def test_the_size_of_the_database_is_read():
    size = gauges.read_database_size()
    assert size > 100_000
    if connection.vendor == "sqlite":
        assert size % 512 == 0


def test_dead_rows_are_read_for_each_table_of_postgresql():
    found = gauges.read_dead_rows()
    assert ("stories_edition" in found) == (connection.vendor == "postgresql")


def test_the_clock_of_this_machine_is_compared(monkeypatch):
    monkeypatch.setattr(clock, "skew", lambda: timedelta(seconds=-3.2))
    assert read("clock_offset_seconds") == pytest.approx(-3.2)


def test_a_quiet_site_says_so(settings):
    assert read("quiet") == 0
    SiteState.objects.create(pk=1, status=SiteStatus.QUIET, restored_at=clock.now())
    assert read("quiet") == 1


def test_without_a_backup_or_drill_there_is_no_age():
    assert [read(name) for name in ("backup_age_seconds", "drill_age_seconds", "drill_ok")] == [None, None, None]


def test_the_age_of_the_last_backup_counts_from_the_time_that_it_holds():
    for hours in (30, 4):
        taken_at = clock.now() - timedelta(hours=hours)
        Backup.objects.create(name=f"{hours}", taken_at=taken_at, ended_at=clock.now(), is_quick=False)
    assert read("backup_age_seconds") == pytest.approx(4 * 3600, abs=60)


@pytest.mark.parametrize("has_passed", [True, False])
def test_the_last_drill_counts(has_passed):
    make_drill(hours=200, has_passed=not has_passed)
    make_drill(hours=8, has_passed=has_passed)
    assert read("drill_age_seconds") == pytest.approx(8 * 3600, abs=60)
    assert read("drill_ok") == int(has_passed)
