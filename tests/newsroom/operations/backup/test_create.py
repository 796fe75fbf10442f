"""What a backup contains, and what it leaves out."""

import fcntl
import gzip
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from threading import Barrier

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, connections

from newsroom.media.models import Image
from newsroom.operations.backup import create
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.manifest import read_manifest
from newsroom.operations.backup.snapshots import read_contents
from newsroom.operations.backup.store import FolderStore
from newsroom.operations.commands import CannotRunError, FaultError, IncompleteError, LockedError
from newsroom.operations.models import Backup
from newsroom.page_cache.models import StoredPage
from tests.backups import Site, create_next
from tests.factories import make_image

pytestmark = pytest.mark.audit


def dumped_bytes(site: Site, name: str) -> bytes:
    """Return everything in the dump of a backup, unpacked."""
    parts = [path for path in (site.store.root / name).rglob("*") if path.is_file()]
    return b"".join(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes() for path in parts)


def test_the_manifest_has_counts_and_digests_of_the_rows_and_the_digest_of_each_file(site):
    created = create_backup(site.store)
    manifest = read_manifest(site.store, created.name)
    contents = read_contents("default")
    assert manifest.counts == contents.counts
    assert manifest.counts["stories_edition"] == 3
    assert (manifest.editions_sha256, manifest.audit_sha256) == (
        contents.digests["editions"],
        contents.digests["audit"],
    )
    assert manifest.migrations["operations"] > "0001"
    assert set(manifest.media.digests) == {image.file.name for image in site.images}
    assert manifest.media.bytes == sum(default_storage.size(name) for name in manifest.media.digests)
    assert {file.path.split("/")[0].split(".")[0] for file in manifest.files} == {"database"}
    assert manifest.gone == created.faults == []


def test_sessions_and_stored_pages_are_left_out(site):
    session = SessionStore()
    session["words"] = "a secret of a session"
    session.create()
    StoredPage.objects.create(release="r", address="/", status=200, tag="t", headers="[]", content=b"", keys={})
    created = create_backup(site.store)
    assert "pages_storedpage" not in created.manifest.counts
    dump = dumped_bytes(site, created.name)
    assert session.session_key.encode() not in dump
    assert site.story.headline.encode() in dump


def test_a_picture_is_stored_once_for_all_backups(site):
    create_backup(site.store)
    media = sorted(site.store.names("media/"))
    assert len(media) == 2
    before = [Path(site.store.root, name).stat().st_mtime_ns for name in media]
    create_next(site)
    assert sorted(site.store.names("media/")) == media
    assert [Path(site.store.root, name).stat().st_mtime_ns for name in media] == before


def test_pictures_with_the_same_content_are_stored_once_and_named_each(site, monkeypatch):
    twins = [make_image(), make_image()]
    digest = hashlib.sha256(Path(default_storage.path(twins[0].file.name)).read_bytes()).hexdigest()
    Image.objects.filter(pk__in=[image.pk for image in twins]).update(digest=digest)
    stored = []
    put = site.store.put

    def record(name: str, source: Path) -> None:
        stored.append(name)
        put(name, source)

    monkeypatch.setattr(site.store, "put", record)
    created = create_backup(site.store)
    assert created.faults == []
    assert {created.manifest.media.digests[image.file.name] for image in twins} == {digest}
    assert stored.count(f"media/{digest[:2]}/{digest}") == 1


def test_two_threads_may_store_the_same_file_at_once(tmp_path, monkeypatch):
    (source := tmp_path / "source").write_bytes(b"a picture")
    store, both_copied = FolderStore(tmp_path / "store"), Barrier(2, timeout=10)
    copy = shutil.copyfile

    def copy_with_the_other(*arguments: Path) -> None:
        copy(*arguments)
        both_copied.wait()

    monkeypatch.setattr(shutil, "copyfile", copy_with_the_other)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: store.put("media/ab/abcd", source), range(2)))
    [path] = [path for path in store.root.rglob("*") if path.is_file()]
    assert path.read_bytes() == b"a picture"
    assert path.stat().st_mode & 0o777 == 0o600


def test_an_error_of_the_store_is_not_taken_for_a_missing_picture(site, monkeypatch):
    put = site.store.put

    def fail(name: str, source: Path) -> None:
        if name.startswith("media/"):
            raise FileNotFoundError(2, "No such file or directory", name)
        put(name, source)

    monkeypatch.setattr(site.store, "put", fail)
    with pytest.raises(CommandError, match=r"^The backup could not be stored: .*media/"):
        create_backup(site.store)


def test_a_picture_whose_file_is_missing_or_differs_makes_the_backup_incomplete(site, capsys):
    missing, changed = site.images
    default_storage.delete(missing.file.name)
    Path(default_storage.path(changed.file.name)).write_bytes(b"something else")
    with pytest.raises(IncompleteError) as refusal:
        call_command("backup", "create", str(site.store.root))
    assert str(refusal.value).splitlines() == [
        f"{missing.file.name}: the file is missing.",
        f"{changed.file.name}: the file is not the one that was stored: its SHA-256 differs.",
    ]
    # It can be restored all the same.
    assert capsys.readouterr().out.strip() == Backup.objects.get().name


def test_a_picture_that_cannot_be_read_is_named_and_the_others_are_stored(site, monkeypatch):
    broken, intact = site.images
    open_file = FileSystemStorage.open

    def read_until_bad_sector():
        yield b"the first"
        raise OSError(5, "Input/output error")

    def open_broken(storage, name, mode="rb"):
        file = open_file(storage, name, mode)
        if name == broken.file.name:
            file.chunks = read_until_bad_sector
        return file

    monkeypatch.setattr(FileSystemStorage, "open", open_broken)
    with pytest.raises(IncompleteError) as refusal:
        call_command("backup", "create", str(site.store.root))
    assert str(refusal.value) == f"{broken.file.name}: the file cannot be read: Input/output error."
    stored = Backup.objects.get()
    assert stored.fault_count == 1
    assert read_manifest(site.store, stored.name).media.digests == {intact.file.name: intact.digest}
    assert list(site.store.names("media/")) == [f"media/{intact.digest[:2]}/{intact.digest}"]
    # The second time, the intact picture is in the store already, and only its size is read.
    monkeypatch.setattr(FileSystemStorage, "size", lambda *_: raise_error(OSError(5, "Input/output error")))
    assert [fault.partition(":")[0] for fault in create_next(site).faults] == [broken.file.name, intact.file.name]


def raise_error(error: Exception) -> None:
    raise error


def test_a_full_disk_of_the_site_is_not_taken_for_a_picture_that_cannot_be_read(site, monkeypatch):
    @contextmanager
    def make_full_file(**options):
        with NamedTemporaryFile(**options) as file:
            file.write = lambda _: raise_error(OSError(28, "No space left on device"))
            yield file

    monkeypatch.setattr(create.tempfile, "NamedTemporaryFile", make_full_file)
    with pytest.raises(CommandError, match=r"^The backup could not be stored: .*No space left on device"):
        create_backup(site.store)


def test_a_picture_that_is_deleted_during_the_backup_is_named_as_gone(site, monkeypatch):
    gone = site.images[0]

    def delete_after_dump(*args, **options):
        snapshot = original(*args, **options)
        default_storage.delete(gone.file.name)
        Image.objects.get(pk=gone.pk).delete()
        return snapshot

    from newsroom.operations.backup import snapshots

    original = snapshots.dump
    monkeypatch.setattr(snapshots, "dump", delete_after_dump)
    created = create_backup(site.store)
    assert (created.manifest.gone, created.faults) == ([gone.file.name], [])


def test_the_rows_are_counted_without_parallel_workers(site, monkeypatch):
    from newsroom.operations.backup import snapshots

    def read_setting(alias):
        if connection.vendor == "postgresql":
            with connections[alias].cursor() as cursor:
                cursor.execute("SHOW max_parallel_workers_per_gather")
                numbers.append(int(cursor.fetchone()[0]))
        return read_contents(alias)

    numbers = []
    monkeypatch.setattr(snapshots, "read_contents", read_setting)
    create_backup(site.store, is_quick=True)
    assert numbers == ([0] if connection.vendor == "postgresql" else [])


def test_a_quick_backup_has_the_database_alone(site):
    created = create_backup(site.store, is_quick=True)
    assert created.manifest.is_quick
    assert list(site.store.names("media/")) == []


def test_one_backup_is_made_at_a_time(site, settings):
    with (settings.VAR_DIR / "backup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(LockedError, match="Another process is making"):
            create_backup(site.store)
    assert create_backup(site.store).name


def test_an_encrypted_backup_holds_no_plain_word(site):
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    created = create_backup(site.store, recipient=str(identity.to_public()))
    stored = [path for path in site.store.root.rglob("*") if path.is_file()]
    plain = {path.name for path in stored if not path.read_bytes().startswith(b"age-encryption.org/v1")}
    digests = {f"{digest}.age.sha256" for digest in created.manifest.media.digests.values()}
    assert plain == {"manifest.json", "manifest.json.sha256", "erasures.jsonl"} | digests


def test_an_invalid_public_key_is_refused_before_anything_is_stored(site):
    with pytest.raises(CannotRunError, match="BACKUP_AGE_RECIPIENT is not a public key"):
        create_backup(site.store, recipient="age1nonsense")
    assert not site.store.root.exists()


def test_a_store_that_cannot_be_written_is_named(site):
    site.store.root.write_text("a file where the folder should be")
    with pytest.raises(Exception, match=r"The backup could not be stored: .*Not a directory"):
        create_backup(site.store)


def test_without_a_place_for_backups_the_command_is_refused(settings):
    settings.BACKUP_TO = ""
    with pytest.raises(CannotRunError, match="Say where the backups are"):
        call_command("backup", "create")


def test_the_list_names_a_damaged_manifest_and_goes_on(site, capsys):
    damaged, intact = create_backup(site.store).name, create_next(site).name
    path = site.store.root / damaged / "manifest.json"
    path.write_bytes(path.read_bytes() + b" ")
    sentence = f"{damaged}/manifest.json: SHA-256 differs from the one in manifest.json.sha256."
    with pytest.raises(FaultError) as fault:
        call_command("backup", "list", str(site.store.root))
    assert str(fault.value) == sentence
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{damaged}  damaged"
    assert lines[1].startswith(f"{intact}  ")
    assert lines[1].endswith("MB, 2 pictures")
    with pytest.raises(FaultError):
        call_command("backup", "list", str(site.store.root), as_json=True)
    listed = json.loads(capsys.readouterr().out)
    assert [(each["name"], each["complete"]) for each in listed["backups"]] == [(damaged, False), (intact, True)]
    assert listed["faults"] == [sentence]


def test_the_list_says_what_each_backup_has_as_text_and_as_json(site, capsys):
    full, quick = create_backup(site.store).name, create_next(site, is_quick=True).name
    Path(site.store.root, "2026-01-01T000000Z").mkdir()
    Path(site.store.root, "2026-01-01T000000Z", "database.sqlite3.gz").write_bytes(b"cut")
    call_command("backup", "list", str(site.store.root))
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "2026-01-01T000000Z  unfinished"
    assert lines[1].startswith(f"{full}  ")
    assert lines[1].endswith("MB, 2 pictures")
    assert lines[2].startswith(f"{quick}  ")
    assert lines[2].endswith("MB, database only")
    call_command("backup", "list", str(site.store.root), as_json=True)
    listed = json.loads(capsys.readouterr().out)["backups"]
    assert [(each["name"], each["complete"], each["media"]) for each in listed] == [
        ("2026-01-01T000000Z", False, None),
        (full, True, 2),
        (quick, True, None),
    ]
