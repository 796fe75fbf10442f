"""An interrupted restore is never served, and the same command continues it or begins again."""

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest
from botocore.exceptions import EndpointConnectionError
from django.conf import settings as django_settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from newsroom.media.models import Image
from newsroom.operations import erasures, site_state
from newsroom.operations.backup.create import create_backup
from newsroom.operations.backup.restore import Source, restore_backup
from newsroom.operations.commands import CannotRunError, LockedError, StoppedError
from newsroom.operations.locks import exclusive_run
from newsroom.operations.models import SiteState
from newsroom.operations.wsgi import RestoreWatch
from stories.models import Story, Work
from stories.publishing import triggers
from stories.publishing.erase import erase_work
from tests.backups import Site, contents_of, create_next, process_environment, restored
from tests.factories import make_image, make_published_story
from tests.newsroom.operations.erasures.lines import make_line

pytestmark = pytest.mark.audit
GO_ON = "The database is restored, and the pictures are not. Run the same command again to continue with them."
WENT_ON = "The database was restored by an earlier run. This one continued with the pictures."
EMPTIED = "The database contained part of a restore. It was emptied first."
DISK_FULL = OSError(28, "No space left on device", "originals/a.png")
ORDER = "Ordered by the court of Port Lisle."


class FullStorage(FileSystemStorage):
    """A storage that fails after ``after`` files."""

    def __init__(self, folder: Path, error: BaseException, *, after: int = 1) -> None:
        super().__init__(folder, allow_overwrite=True)
        self.error, self.remaining = error, after

    def save(self, *args: Any, **options: Any) -> str:
        if not self.remaining:
            raise self.error
        self.remaining -= 1
        name: str = super().save(*args, **options)
        return name


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder into which pictures are restored."""
    return tmp_path / "elsewhere"


@pytest.fixture
def break_off(site: Site, target: str, folder: Path) -> Callable[..., None]:
    """Return a function that restores the newest backup, up to an error after the first picture."""

    def restore(error: BaseException = DISK_FULL, **values: Any) -> None:
        with pytest.raises(CommandError) as failure:
            restore_backup(Source(site.store, **values), target, storage=FullStorage(folder, error))
        assert str(failure.value).endswith(f". {GO_ON}")

    return restore


def go_on(site: Site, target: str, folder: Path, **values: Any) -> tuple[str, list[str]]:
    """Restore again. Return the remark of the report, and the steps that were made."""
    storage = FileSystemStorage(folder, allow_overwrite=True)
    report = restore_backup(Source(site.store, **values), target, storage=storage)
    assert report.missing == []
    return report.remark, list(report.seconds)


def read_files(folder: Path) -> set[bytes]:
    return {path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def original_of(image: Image) -> bytes:
    with image.file.open() as file:
        content: bytes = file.read()
        return content


def test_the_same_command_goes_on_with_the_pictures(site, target, folder, break_off):
    before = create_backup(site.store).manifest.counts
    break_off()
    with restored(target):
        assert RestoreWatch().is_restoring(), "Nobody is served."
    [copied] = [path for path in folder.rglob("*") if path.is_file()]
    written_at = copied.stat().st_mtime_ns

    remark, steps = go_on(site, target, folder)
    assert remark == WENT_ON
    assert steps == ["check the backup", "migrate", "repeat erasures", "copy pictures", "check pictures"]
    assert read_files(folder) == {original_of(image) for image in site.images}
    assert copied.stat().st_mtime_ns == written_at
    assert contents_of(target).counts == before
    with restored(target):
        assert (site_state.is_restoring(), site_state.is_quiet()) == (False, True)
        state = SiteState.objects.get()
        assert (state.loaded_backup, state.remarks, state.erased_files) == ("", [], [])
        assert triggers.missing() == []


@pytest.mark.parametrize(
    ("error", "code", "beginning"),
    [
        (DISK_FULL, 1, "originals/a.png: No space left on device"),
        (
            EndpointConnectionError(endpoint_url="https://s3.example"),
            1,
            "The bucket of pictures does not answer as it should: Could not connect to the endpoint URL",
        ),
        (KeyboardInterrupt(), 130, "Stopped"),
    ],
)
def test_an_error_while_pictures_are_copied_says_what_to_do(site, target, folder, error, code, beginning):
    create_backup(site.store)
    expected = StoppedError if code == 130 else CommandError
    with pytest.raises(expected) as failure:
        restore_backup(Source(site.store), target, storage=FullStorage(folder, error))
    assert failure.value.returncode == code
    assert str(failure.value).startswith(beginning)
    assert str(failure.value).endswith(f". {GO_ON}")
    assert go_on(site, target, folder)[0] == WENT_ON


@pytest.mark.parametrize(
    ("function", "remark"), [("_begin_restore", ""), ("_compare_contents", EMPTIED), ("_copy_media", WENT_ON)]
)
def test_a_killed_restore_begins_again_or_goes_on(site, target, folder, function, remark):
    before = create_backup(site.store).manifest.counts
    program = (
        "import os, signal\n"
        "import django; django.setup()\n"
        "from newsroom.operations.backup import restore\n"
        f"restore.{function} = lambda *args: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from django.core.management import execute_from_command_line\n"
        f"execute_from_command_line(['manage.py', 'restore', {str(site.store.root)!r}, '--into', {target!r}])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR,
        env=process_environment(site.folder / "var"),
        check=False,
    )
    assert done.returncode == -signal.SIGKILL
    # On PostgreSQL, the tables are there without rows.
    expected = EMPTIED if function == "_begin_restore" and connection.vendor == "postgresql" else remark
    assert go_on(site, target, folder)[0] == expected
    assert contents_of(target).counts == before
    assert read_files(folder) == {original_of(image) for image in site.images}


@pytest.mark.portable
def test_pictures_erased_before_or_between_the_two_runs_are_not_copied(site, target, folder, break_off, administrator):
    another = make_image()
    Path(default_storage.path(str(another.file.name))).write_bytes(b"another picture")
    Image.objects.filter(pk=another.pk).update(digest=hashlib.sha256(b"another picture").hexdigest())
    images = sorted((*site.images, another), key=lambda image: str(image.file.name))
    before, copied, between = (
        make_published_story(lead_image=image, lead_alt="The harbour at night", lead_credit="Newsroom")
        for image in images
    )
    content = original_of(images[1])
    create_backup(site.store)
    erase_work(before, by=administrator, reason=ORDER)
    break_off()
    erase_work(between, by=administrator, reason=ORDER)
    assert go_on(site, target, folder)[0] == WENT_ON
    assert read_files(folder) == {content}
    with restored(target):
        assert set(Work.objects.filter(uid__in=[before.uid, copied.uid, between.uid])) == {
            Work.objects.with_uid(copied.uid)
        }
        assert triggers.missing() == []


def test_remarks_on_erasures_are_reported_by_the_run_that_ends_the_restore(site, target, folder, break_off):
    picture = site.images[0]
    for _ in range(2):
        make_published_story(lead_image=picture, lead_alt="The harbour at night", lead_credit="Newsroom")
    create_backup(site.store)
    uid = str(Story.objects.filter(lead_image=picture).latest("pk").uid)
    erasures.append(make_line(scope="work", uid=uid, part=None, files=(picture.digest,)))
    with pytest.raises(CommandError):
        restore_backup(Source(site.store), target, storage=FullStorage(folder, DISK_FULL, after=0))
    report = restore_backup(Source(site.store), target, storage=FileSystemStorage(folder))
    [sentence] = report.erasures
    assert f"Picture {picture.uid} was also erased, but other pages here still use it" in sentence
    assert read_files(folder) == {original_of(site.images[1])}


def test_another_backup_is_restored_from_the_beginning(site, target, folder, break_off):
    first = create_backup(site.store).name
    break_off()
    make_published_story(headline="The barrier was repaired after the first backup")
    create_next(site)
    remark, steps = go_on(site, target, folder)
    assert (remark, "load the database" in steps) == (EMPTIED, True)
    assert contents_of(target).counts["stories_edition"] == 4
    with pytest.raises(CannotRunError, match=r"is not empty \(\d+ tables\)\."):
        restore_backup(Source(site.store, name=first), target)


def test_a_restore_can_be_ended_without_the_pictures(site, target, break_off):
    create_backup(site.store)
    break_off()
    assert restore_backup(Source(site.store), target, storage=None).remark == WENT_ON
    with restored(target):
        assert (site_state.is_restoring(), site_state.is_quiet()) == (False, True)


def test_a_failure_of_the_second_run_leaves_what_the_first_has_restored(site, target, folder, break_off, tmp_path):
    identity = pyrage.x25519.Identity.generate()
    (key := tmp_path / "key.txt").write_text(str(identity))
    (other := tmp_path / "other.txt").write_text(str(pyrage.x25519.Identity.generate()))
    create_backup(site.store, recipient=str(identity.to_public()))
    break_off(identity=key)
    with pytest.raises(CannotRunError, match="Pass --identity FILE"):
        go_on(site, target, folder)
    with pytest.raises(CommandError, match="cannot be decrypted: no matching keys found"):
        go_on(site, target, folder, identity=other)
    assert go_on(site, target, folder, identity=key)[0] == WENT_ON


def test_a_second_restore_into_the_same_database_is_refused(site, target):
    create_backup(site.store)
    with restored(target), exclusive_run("restore", refusal=""), pytest.raises(LockedError) as refusal:
        restore_backup(Source(site.store), target)
    assert refusal.value.returncode == 75
    assert str(refusal.value) == "Another process is restoring a backup. Wait until it has ended."


def test_the_command_prints_what_became_of_the_interrupted_restore(site, target, break_off, capsys):
    create_backup(site.store)
    break_off()
    call_command("restore", str(site.store.root), into=target)
    assert capsys.readouterr().out.splitlines()[0] == WENT_ON
