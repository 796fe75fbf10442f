"""A restored site is the site of the backup, less what was erased since; what does not fit is refused."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pyrage
import pytest
from django.conf import settings as django_settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from newsroom.operations import erasures, site_state
from newsroom.operations.backup import restore, targets
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import read_manifest, write_manifest
from newsroom.operations.backup.restore import Source, restore_backup
from newsroom.operations.backup.snapshots import read_contents
from newsroom.operations.commands import CannotRunError, FaultError, IncompleteError, UsageError
from stories.models import Edition, Story
from stories.publishing import triggers
from stories.publishing.erase import erase_work
from tests.backups import contents_of, count_tables, process_environment, restored
from tests.crawl import walk
from tests.databases import database_url

pytestmark = pytest.mark.audit


class Usage(NamedTuple):
    free: int


def change_manifest(site, name: str, **values: object) -> None:
    write_manifest(site.store, name, read_manifest(site.store, name).model_copy(update=values))


def test_every_row_returns_with_the_triggers_and_the_site_is_quiet(site, target):
    create_backup(site.store)
    before = read_contents("default")
    report = restore_backup(Source(site.store), target)
    after = contents_of(target)
    assert (after.digests, after.counts) == (before.digests, before.counts)
    assert list(report.seconds) == [
        "check the backup",
        "load the database",
        "compare with the manifest",
        *(["update statistics"] if connection.vendor == "postgresql" else []),
        "migrate",
        "repeat erasures",
        "copy pictures",
        "check pictures",
    ]
    with restored(target):
        assert triggers.missing() == []
        assert site_state.is_quiet()
        assert not site_state.is_restoring()
    assert not site_state.is_quiet(), "The live site is not touched."


def test_every_public_page_has_the_same_bytes(site, target, client):
    create_backup(site.store)
    addresses = sorted(walk(client, "/", "/sitemap.xml", "/llms.txt"))
    before = {address: client.get(address).content for address in addresses}
    restore_backup(Source(site.store), target)
    with restored(target):
        after = {address: client.get(address).content for address in addresses}
    assert len(before) > 20
    assert after == before


def test_without_space_for_the_database_a_restore_is_refused_before_anything_changes(site, target, monkeypatch):
    manifest = create_backup(site.store).manifest
    if connection.vendor == "sqlite":
        needed = 2 * manifest.database.bytes  # unpacked in VAR_DIR, and copied into place, on the same disk
    else:
        needed = sum(file.bytes for file in manifest.files) + int(1.2 * manifest.database.bytes)
    usage = Usage(free=needed - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(CannotRunError) as refusal:
        call_command("restore", str(site.store.root), into=target)
    assert str(refusal.value) == (
        f"The restore needs {needed / 1e6:,.1f} MB of free disk; {(needed - 1) / 1e6:,.1f} MB are free under "
        f"{django_settings.VAR_DIR}."
    )
    assert count_tables(target) == 0
    usage = Usage(free=needed)
    restore_backup(Source(site.store), target)
    usage = Usage(free=0)
    # The database that an interrupted restore has left needs no space, and neither do pictures that are there.
    restore.require_space(manifest, targets.parse_target(target), default_storage, is_empty=False)


def test_a_postgresql_server_needs_space_only_if_it_is_on_this_machine(site, tmp_path, monkeypatch):
    created = create_backup(site.store).manifest
    manifest = created.model_copy(update={"database": created.database.model_copy(update={"vendor": "postgresql"})})
    dump = sum(file.bytes for file in manifest.files)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(free=dump))
    monkeypatch.setattr(restore.disks, "find_database_folders", list)
    restore.require_space(manifest, {}, None, is_empty=True)
    monkeypatch.setattr(restore.disks, "find_database_folders", lambda: [tmp_path])
    with pytest.raises(CannotRunError, match=r"^The restore needs "):
        restore.require_space(manifest, {}, None, is_empty=True)


def test_without_space_for_the_pictures_that_are_missing_a_restore_is_refused(site, target, tmp_path):
    created = create_backup(site.store)
    media = created.manifest.media
    change_manifest(site, created.name, media=media.model_copy(update={"bytes": 10**18}))
    free = shutil.disk_usage(tmp_path).free / 1e6
    with pytest.raises(
        CannotRunError, match=r"^The restore needs 1,000,000,00\d,\d{3}\.\d MB of free disk;"
    ) as refusal:
        restore_backup(Source(site.store), target, storage=FileSystemStorage(tmp_path / "new" / "media"))
    assert str(refusal.value).endswith(f" MB are free under {tmp_path}.")
    found = re.search(r"; ([\d,.]+) MB", str(refusal.value))
    assert found
    assert float(found[1].replace(",", "")) == pytest.approx(free, rel=0.1)
    assert count_tables(target) == 0
    restore_backup(Source(site.store), target, storage=None)


def test_pictures_are_copied_to_the_given_storage(site, target, tmp_path):
    create_backup(site.store)
    storage = FileSystemStorage(tmp_path / "elsewhere")
    assert restore_backup(Source(site.store), target, storage=storage).missing == []
    for image in site.images:
        with storage.open(image.file.name) as copied, default_storage.open(image.file.name) as original:
            assert copied.read() == original.read()


def test_a_damaged_picture_of_the_site_is_replaced_and_a_whole_one_is_not_written(site, target):
    create_backup(site.store)
    damaged, whole = (Path(default_storage.path(image.file.name)) for image in site.images)
    content, written_at = damaged.read_bytes(), whole.stat().st_mtime_ns
    damaged.write_bytes(b"damaged")
    restore_backup(Source(site.store), target)
    assert damaged.read_bytes() == content
    assert whole.stat().st_mtime_ns == written_at


def test_pictures_that_the_backup_lacks_are_named_and_the_rest_is_restored(site, target, capsys):
    create_backup(site.store)
    lost = site.images[0]
    site.store.delete(f"media/{lost.digest[:2]}/{lost.digest}")
    default_storage.delete(lost.file.name)
    with pytest.raises(IncompleteError, match=re.escape(f"1 media file is missing: {lost.file.name}")):
        call_command("restore", str(site.store.root), into=target)
    assert "The site is quiet" in capsys.readouterr().out
    assert contents_of(target).counts["stories_edition"] == 3


@pytest.mark.parametrize("is_quick", [False, True])
def test_a_picture_that_the_site_had_lost_before_the_backup_is_named(site, target, is_quick):
    lost, other = (str(image.file.name) for image in site.images)
    default_storage.delete(lost)
    create_backup(site.store, is_quick=is_quick)
    assert restore_backup(Source(site.store), target).missing == [lost]
    assert default_storage.exists(other)


@pytest.mark.parametrize("is_quick", [False, True])
def test_a_picture_that_was_damaged_before_the_backup_is_named(site, target, is_quick):
    damaged = str(site.images[0].file.name)
    Path(default_storage.path(damaged)).write_bytes(b"damaged")
    create_backup(site.store, is_quick=is_quick)
    with pytest.raises(IncompleteError) as incomplete:
        call_command("restore", str(site.store.root), into=target)
    assert (str(incomplete.value), incomplete.value.returncode) == (f"1 media file is damaged: {damaged}", 5)


def test_files_that_no_picture_of_the_backup_has_are_counted(site, target, capsys):
    create_backup(site.store)
    added = Path(default_storage.path("originals/added-since.png"))
    added.write_bytes(b"added since")
    two_days_ago = added.stat().st_mtime - 2 * 86_400
    os.utime(added, (two_days_ago, two_days_ago))
    call_command("restore", str(site.store.root), into=target)
    sentence = "1 file belongs to no picture of the backup. Afterwards, manage.py check_media --all names them."
    assert sentence in capsys.readouterr().out.splitlines()
    assert added.exists()


def test_an_encrypted_backup_returns_with_its_secret_key(site, target, tmp_path):
    identity = pyrage.x25519.Identity.generate()
    (key := tmp_path / "key.txt").write_text(str(identity))
    create_backup(site.store, recipient=str(identity.to_public()))
    with pytest.raises(CannotRunError, match="Pass --identity FILE"):
        restore_backup(Source(site.store), target)
    assert count_tables(target) == 0
    storage = FileSystemStorage(tmp_path / "elsewhere")
    assert restore_backup(Source(site.store, identity=key), target, storage=storage).missing == []
    assert storage.exists(site.images[0].file.name)


def test_a_work_erased_after_the_backup_is_not_in_the_restored_site(site, target, administrator):
    create_backup(site.store)
    headline = site.story.headline
    erase_work(site.story, by=administrator, reason="Ordered by the court of Port Lisle.")
    report = restore_backup(Source(site.store), target)
    with restored(target):
        assert not Story.objects.filter(headline=headline).exists()
        assert not Edition.objects.filter(title=headline).exists()
        assert triggers.missing() == []
    if connection.vendor == "sqlite":
        assert headline.encode() not in Path(target.removeprefix("sqlite:///")).read_bytes()
    assert report.erasures == []


def test_without_a_record_of_erasures_a_restore_is_refused(site, target, tmp_path):
    create_backup(site.store)
    site.store.delete("erasures.jsonl")
    with pytest.raises(CannotRunError, match=r"There is no erasures\.jsonl\. Pass --erasures FILE, or --no-erasures"):
        restore_backup(Source(site.store), target)
    (record := tmp_path / "record.jsonl").write_text("")
    restore_backup(Source(site.store, erasures=record), target)
    assert contents_of(target).counts["stories_edition"] == 3


def test_a_record_of_erasures_that_is_missing_or_damaged_is_refused_before_anything_changes(site, target, tmp_path):
    create_backup(site.store)
    (damaged := tmp_path / "damaged.jsonl").write_text("{}\n")
    for record, sentence in (
        (tmp_path / "nowhere.jsonl", r"nowhere\.jsonl cannot be read: No such file or directory\."),
        (damaged, r"damaged\.jsonl, line 1: it was changed, or never was a line of this file\."),
    ):
        with pytest.raises(CannotRunError, match=sentence):
            restore_backup(Source(site.store, erasures=record), target)
    assert count_tables(target) == 0


def test_a_database_with_tables_is_refused(site, target):
    create_backup(site.store)
    restore_backup(Source(site.store), target)
    with pytest.raises(CannotRunError, match=r"restored\S* is not empty \(\d+ tables\)\."):
        restore_backup(Source(site.store), target)
    assert contents_of(target).counts["stories_edition"] == 3


def test_the_database_of_the_site_is_refused(site):
    create_backup(site.store)
    with pytest.raises(CannotRunError, match=r"is in use|is not empty|A pooler leads to"):
        restore_backup(Source(site.store), database_url())


def test_a_database_that_cannot_be_opened_is_refused(site, tmp_path):
    create_backup(site.store)
    address = f"sqlite:///{tmp_path}/no/folder.sqlite3" if connection.vendor == "sqlite" else f"{database_url()}_absent"
    with pytest.raises(CannotRunError, match="does not exist"):
        restore_backup(Source(site.store), address)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"version": "99.1.0"}, r"The backup was made by 99\.1\.0; this is \d+\.\d+\.\d+\."),
        ({"digest_key_check": "0" * 64}, "DIGEST_KEY differs; erased addresses would be free."),
        ({"migrations": {"stories": "0999_later"}}, r"this has no migration stories\.0999_later"),
    ],
)
def test_a_backup_of_newer_or_other_code_is_refused(site, target, values, sentence):
    change_manifest(site, create_backup(site.store).name, **values)
    with pytest.raises(CannotRunError, match=sentence):
        restore_backup(Source(site.store), target)
    assert count_tables(target) == 0


def test_a_difference_from_the_manifest_is_a_fault_and_empties_the_database_again(site, target):
    name = create_backup(site.store).name
    counts = {**read_manifest(site.store, name).counts, "stories_edition": 20_118}
    change_manifest(site, name, counts=counts, editions_sha256="0" * 64)
    with pytest.raises(FaultError) as fault:
        restore_backup(Source(site.store), target)
    assert str(fault.value).splitlines() == [
        "stories_edition has 3 rows; the manifest says 20,118.",
        "The editions are not those of the backup: their digest differs.",
    ]
    assert count_tables(target) == 0


def test_a_renamed_backup_is_restored_unless_its_name_is_too_long(site, target):
    folder = site.store.root / create_backup(site.store).name
    folder = folder.rename(folder.with_name("b" * 33))
    with pytest.raises(
        CannotRunError, match=r"^The name b{33} has more than 32 characters\. Give the backup a shorter"
    ):
        restore_backup(Source(site.store, name=folder.name), target)
    assert count_tables(target) == 0
    folder = folder.rename(folder.with_name("b" * 32))
    assert restore_backup(Source(site.store, name=folder.name), target).name == folder.name


def test_a_damaged_dump_is_a_fault_that_names_the_file(site, target):
    name = create_backup(site.store).name
    path = next(iter(read_manifest(site.store, name).files)).path
    (site.store.root / name / path).write_bytes(b"damaged")
    with pytest.raises(FaultError, match=re.escape(f"{path}: SHA-256 differs.")):
        restore_backup(Source(site.store), target)


def test_a_backup_that_is_cut_off_unfinished_or_lacks_a_file_is_refused(site, target):
    name = create_backup(site.store).name
    folder = site.store.root / name
    dump = next(iter(read_manifest(site.store, name).files)).path
    files = {
        path: path.read_bytes() for path in (folder / "manifest.json", folder / "manifest.json.sha256", folder / dump)
    }

    def refuse(error: type[CommandError], sentence: str) -> None:
        with pytest.raises(error) as refusal:
            restore_backup(Source(site.store, name=name), target)
        assert str(refusal.value) == sentence
        assert count_tables(target) == 0
        for path, content in files.items():
            path.write_bytes(content)

    (folder / "manifest.json").write_bytes(files[folder / "manifest.json"][:-100])
    refuse(FaultError, f"{name}/manifest.json: SHA-256 differs from the one in manifest.json.sha256.")
    (folder / dump).unlink()
    refuse(FaultError, f"{dump}: the file is missing.")
    for missing in ("manifest.json", "manifest.json.sha256"):
        (folder / missing).unlink()
        with pytest.raises(CannotRunError, match=r"^There is no complete backup\.$"):
            restore_backup(Source(site.store), target)
        refuse(CannotRunError, f"The backup {name} is unfinished: it has no complete manifest.")
    restore_backup(Source(site.store), target)


def test_a_damaged_record_of_erasures_is_refused_and_named_wherever_it_is(site, target, administrator):
    erase_work(site.story, by=administrator, reason="Ordered by the court of Port Lisle.")
    create_backup(site.store)
    for path, place in (
        (site.store.root / "erasures.jsonl", "erasures.jsonl"),
        (erasures.path(), str(erasures.path())),
    ):
        content = path.read_bytes()
        path.write_bytes(content.replace(b"court", b"Court", 1))
        with pytest.raises(CannotRunError, match=rf"^{re.escape(place)}, line 1: it was changed"):
            restore_backup(Source(site.store), target)
        path.write_bytes(content)
    assert count_tables(target) == 0


def test_a_failure_in_the_middle_empties_the_database_again(site, target, monkeypatch):
    create_backup(site.store)
    monkeypatch.setattr(restore, "call_command", lambda *args, **options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        restore_backup(Source(site.store), target)
    assert count_tables(target) == 0


def test_the_database_says_that_it_is_being_restored_until_all_is_done(site, target, monkeypatch):
    create_backup(site.store)
    states = []

    def watch(name: str, **options: Any) -> None:
        states.append(site_state.is_restoring())
        call_command(name, **options)

    monkeypatch.setattr(restore, "call_command", watch)
    restore_backup(Source(site.store), target)
    assert states == [True]


@pytest.mark.parametrize(
    "address",
    [
        "user:secret@host/name",
        "nonsense://user:secret@host/name",
        "mysql://user:secret@host/name",
        "postgres://user:secret@host:a/name",
        "postgres://user:secret@[host/name",
    ],
)
def test_an_address_that_names_no_database_is_wrong_usage_and_its_password_is_not_printed(tmp_path, address):
    with pytest.raises(UsageError, match=r"^(“\w+://…”|This) is not the address of a database") as refusal:
        call_command("restore", str(tmp_path), into=address)
    assert refusal.value.returncode == 2
    assert "secret" not in str(refusal.value)


def test_a_signal_ends_a_restore_with_130_and_an_empty_database(site, target, tmp_path):
    create_backup(site.store)
    program = (
        "import os, signal\n"
        "import django; django.setup()\n"
        "from newsroom.operations.backup import restore\n"
        "restore.call_command = lambda *args, **options: os.kill(os.getpid(), signal.SIGTERM)\n"
        "from django.core.management import execute_from_command_line\n"
        f"execute_from_command_line(['manage.py', 'restore', {str(site.store.root)!r}, '--into', {target!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR,
        env=process_environment(tmp_path / "var"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (130, "Stopped.\n")
    assert count_tables(target) == 0
