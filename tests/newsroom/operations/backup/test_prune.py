"""Which backups remain, and which pictures go with those that do not."""

import hashlib
import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import list_backups, parse_name
from newsroom.operations.backup.prune import Pruned, prune_backups
from newsroom.operations.backup.store import FolderStore
from newsroom.operations.backup.verify import verify_backup
from newsroom.operations.commands import FaultError
from tests.backups import Site, copy_to_time, create_next, make_distinct_image

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
    pruned = prune_backups(site.store, daily=7, weekly=4, at=NOW)
    assert [parse_name(name).date().isoformat() for name in names(site)] == [
        "2026-11-08",
        "2026-11-15",
        *[f"2026-11-{day}" for day in range(22, 29)],
    ]
    assert (len(pruned.names), pruned.media) == (51, 0)
    assert prune_backups(site.store, daily=7, weekly=4, at=NOW) == Pruned([], 0, [])


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
    assert prune_backups(site.store, daily=7, weekly=4, at=NOW).names == [old]
    assert names(site) == sorted([recent, original])


def test_what_killed_runs_left_of_single_files_goes_after_a_day(site):
    made = create_backup(site.store).name
    before, at = sorted(site.store.names()), parse_name(made) + timedelta(days=1)
    folders = ["", "media/ab/", f"{made}/", "2026-01-01T000000Z/database/"]
    ours = [f"{folder}{name}.x1_y2z3w.part" for folder, name in zip(folders, ["erasures.jsonl", *"abc"], strict=True)]
    others = ["movie.part", "2026 holidays/film.part"]  # somebody else uses the folder too
    for age, names_of_age in ((25, ours + others), (23, [f"{name}.part" for name in ours])):
        for name in names_of_age:
            path = site.store.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"half")
            written = (at - timedelta(hours=age)).timestamp()
            os.utime(path, (written, written))
    assert prune_backups(site.store, daily=7, weekly=4, at=at) == Pruned([], 0, [])
    assert sorted(site.store.names()) == before
    left = {path.relative_to(site.store.root).as_posix() for path in site.store.root.rglob("*.part")}
    assert left == {*others, *(f"{name}.part" for name in ours)}


def test_a_file_that_is_finished_while_the_files_are_listed_is_not_abandoned(tmp_path, monkeypatch):
    (tmp_path / "erasures.jsonl.x1.part").symlink_to("gone")
    monkeypatch.setattr(Path, "is_file", lambda path: True)
    assert list(FolderStore(tmp_path).abandoned("erasures.jsonl.", before=NOW)) == []


def fill_disk(site: Site, monkeypatch, *, room_for: int) -> None:
    """Make the disk of the store full after a number of further pictures."""
    put, stored = site.store.put, list[str]()

    def fail(name: str, source: Path) -> None:
        if name.startswith("media/"):
            if len(stored) == room_for:
                raise OSError(28, "No space left on device", name)
            stored.append(name)
        put(name, source)

    monkeypatch.setattr(site.store, "put", fail)


@pytest.mark.audit
def test_the_last_backups_remain_whole_however_often_no_new_one_can_be_made(site, monkeypatch):
    first, second = create_backup(site.store).name, create_next(site).name
    make_distinct_image(b"added since")
    fill_disk(site, monkeypatch, room_for=0)
    for days in range(3):
        with pytest.raises(CommandError, match="No space left on device"):
            create_next(site)
        prune_backups(site.store, daily=1, weekly=0, at=parse_name(second) + timedelta(days=days))
    assert first not in names(site)
    prune_backups(site.store, daily=1, weekly=0, at=parse_name(second) + timedelta(days=100))
    assert names(site) == [second]
    assert verify_backup(site.store, second) == []


@pytest.mark.audit
def test_the_pictures_of_an_unfinished_backup_remain_for_the_next_one(site, monkeypatch):
    deleted = make_distinct_image(b"deleted soon")
    before = parse_name(create_backup(site.store).name)
    deleted.delete()
    added = [make_distinct_image(b"first"), make_distinct_image(b"second")]
    shutil.rmtree(site.store.root / names(site)[0])
    fill_disk(site, monkeypatch, room_for=1)
    with pytest.raises(CommandError, match="No space left on device"):
        create_next(site, jobs=1)
    [failed] = names(site)
    assert {path: site.store.size(path) for path in site.store.names(failed)} == {f"{failed}/manifest.json": 0}
    assert prune_backups(site.store, daily=7, weekly=4, at=before + timedelta(hours=1)).media == 1
    digests = {path.rpartition("/")[2] for path in site.store.names("media/")}
    assert digests == {image.digest for image in [*site.images, added[0]]}
    assert prune_backups(site.store, daily=7, weekly=4, at=before + timedelta(days=2)).media == 3


def test_a_picture_goes_with_the_last_backup_that_names_it(site):
    first = create_backup(site.store).name
    picture = site.images[0]
    digest = picture.digest
    picture.delete()
    create_next(site)
    assert prune_backups(site.store, daily=7, weekly=4, at=NOW) == Pruned([first], 1, [])
    remaining = [path.rpartition("/")[2] for path in site.store.names("media/")]
    assert remaining == [site.images[1].digest]
    assert digest not in remaining


def damage(site: Site, name: str) -> str:
    """Damage the manifest of a backup. Return the sentence that names it."""
    path = site.store.root / name / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    return f"{name}/manifest.json: SHA-256 differs from the one in manifest.json.sha256."


def test_a_damaged_manifest_is_named_and_the_other_backups_are_deleted(site, daily, capsys):
    sentence = damage(site, daily[-2])
    with pytest.raises(FaultError) as fault:
        call_command("backup", "prune", str(site.store.root), daily=2, weekly=0, as_json=True)
    assert (str(fault.value), fault.value.returncode) == (sentence, 4)
    # It takes the place of no intact one, and remains as long as one of its day would.
    assert names(site) == daily[-3:]
    assert json.loads(capsys.readouterr().out) == {"deleted": daily[:-3], "media": 0, "faults": [sentence]}


def test_the_newest_intact_backup_remains_beside_a_newer_damaged_one(site, daily):
    damage(site, daily[-1])
    prune_backups(site.store, daily=0, weekly=0, at=NOW)
    assert names(site) == daily[-2:]


def test_pictures_remain_until_the_backup_with_the_damaged_manifest_is_old_enough(site):
    original = create_backup(site.store).name
    site.images[0].delete()
    first = copy_to_time(site, original, parse_name(original) - timedelta(days=1))
    shutil.rmtree(site.store.root / original)
    create_next(site)
    sentence = damage(site, first)
    assert prune_backups(site.store, daily=2, weekly=0, at=NOW) == Pruned([], 0, [sentence])
    assert len(list(site.store.names("media/"))) == 2
    assert prune_backups(site.store, daily=1, weekly=0, at=NOW) == Pruned([first], 1, [sentence])
    assert prune_backups(site.store, daily=1, weekly=0, at=NOW) == Pruned([], 0, [])


def test_a_manifest_of_a_later_format_is_named(site, daily):
    folder = site.store.root / daily[-2]
    content = (folder / "manifest.json").read_bytes().replace(b'"format": 1', b'"format": 2')
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.json.sha256").write_text(f"{hashlib.sha256(content).hexdigest()}  manifest.json\n")
    pruned = prune_backups(site.store, daily=7, weekly=4, at=NOW)
    assert pruned.faults == [f"{daily[-2]}/manifest.json cannot be read: format: Input should be 1."]
    assert daily[-2] in names(site)


def test_the_command_takes_its_numbers_from_the_settings(site, daily, settings, capsys):
    call_command("backup", "prune", str(site.store.root), daily=2, weekly=0)
    assert names(site) == daily[-2:]
    assert capsys.readouterr().out.splitlines()[-1] == "0 pictures deleted."
