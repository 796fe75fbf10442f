"""Which backups remain, and which pictures go with those that do not."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command

from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import list_backups, parse_name
from newsroom.operations.backup.prune import prune_backups
from newsroom.operations.commands import FaultError
from tests.backups import copy_to_time, create_next

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)  # a Saturday


def names(site) -> list[str]:
    return [name for name, _ in list_backups(site.store)]


@pytest.fixture
def daily(site) -> list[str]:
    """Sixty backups, one a day at 03:15, of which the newest is of today."""
    original = create_backup(site.store, is_quick=False).name
    made = [copy_to_time(site, original, NOW.replace(hour=3, minute=15) - timedelta(days=day)) for day in range(60)]
    for path in (site.store.root / original).rglob("*"):
        if path.is_file():
            path.unlink()
    return sorted(made)


def test_one_backup_of_each_of_seven_days_and_four_weeks_remains(site, daily):
    deleted, media = prune_backups(site.store, daily=7, weekly=4, at=NOW)
    assert [parse_name(name).date().isoformat() for name in names(site)] == [
        "2026-11-08",
        "2026-11-15",
        *[f"2026-11-{day}" for day in range(22, 29)],
    ]
    assert (len(deleted), media) == (51, 0)
    assert prune_backups(site.store, daily=7, weekly=4, at=NOW) == ([], 0)


def test_the_newest_complete_backup_remains_whatever_is_asked(site, daily):
    prune_backups(site.store, daily=0, weekly=0, at=NOW)
    assert names(site) == daily[-1:]


def test_days_without_a_backup_do_not_count(site):
    original = create_backup(site.store).name
    kept = [copy_to_time(site, original, NOW - timedelta(days=days)) for days in (300, 200, 100)]
    prune_backups(site.store, daily=4, weekly=0, at=NOW)
    assert names(site) == sorted([*kept, original])


def test_a_backup_of_the_database_alone_never_takes_the_place_of_a_whole_one(site):
    whole = create_backup(site.store).name
    quick = create_next(site, is_quick=True).name
    prune_backups(site.store, daily=1, weekly=0, at=NOW)
    assert names(site) == [whole, quick]


def test_an_unfinished_backup_goes_after_a_day(site):
    original = create_backup(site.store).name
    old, recent = (copy_to_time(site, original, NOW - timedelta(hours=hours)) for hours in (25, 23))
    for name in (old, recent):
        (site.store.root / name / "manifest.json.sha256").unlink()
    deleted, _ = prune_backups(site.store, daily=7, weekly=4, at=NOW)
    assert deleted == [old]
    assert names(site) == sorted([recent, original])


def test_a_picture_goes_with_the_last_backup_that_names_it(site):
    first = create_backup(site.store).name
    picture = site.images[0]
    digest = picture.digest
    picture.delete()
    create_next(site)
    assert prune_backups(site.store, daily=7, weekly=4, at=NOW) == ([first], 1)
    remaining = [path.rpartition("/")[2] for path in site.store.names("media/")]
    assert remaining == [site.images[1].digest]
    assert digest not in remaining


def test_with_a_damaged_manifest_nothing_is_deleted(site, daily):
    path = site.store.root / daily[0] / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(FaultError, match=daily[0]):
        prune_backups(site.store, daily=7, weekly=4, at=NOW)
    assert names(site) == daily


def test_the_command_takes_its_numbers_from_the_settings(site, daily, settings, capsys):
    call_command("backup", "prune", str(site.store.root), daily=2, weekly=0)
    assert names(site) == daily[-2:]
    assert capsys.readouterr().out.splitlines()[-1] == "0 pictures deleted."
