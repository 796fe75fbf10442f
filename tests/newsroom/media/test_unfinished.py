"""Files whose writing failed or was interrupted."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.http import clock
from newsroom.operations import retention


def list_file_names() -> list[str]:
    """Return the names of all files in the media folder."""
    return [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def raise_disk_full(*args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_cannot_be_synced_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsroom.media.storage.os.fsync", raise_disk_full)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    assert list_file_names() == []


def test_a_partially_written_file_leaves_nothing(monkeypatch):
    original_save = FileSystemStorage._save

    def write_and_fail(self, name, content):
        original_save(self, name, content)
        raise_disk_full()

    monkeypatch.setattr(FileSystemStorage, "_save", write_and_fail)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    assert list_file_names() == []


def test_a_file_that_cannot_be_replaced_remains_unchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    monkeypatch.setattr("newsroom.media.storage.os.fsync", raise_disk_full)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"quay"))
    assert list_file_names() == ["pier.jpg"]
    assert default_storage.open("originals/pier.jpg").read() == b"pier"


def test_unfinished_files_of_killed_processes_are_deleted_after_a_day(db: None, settings, tmp_path) -> None:
    settings.VAR_DIR = tmp_path
    ages = {
        "old.jpg.x.part": timedelta(hours=25),
        "young.jpg.y.part": timedelta(hours=23),
        "old.jpg": timedelta(days=9),
    }
    for name, age in ages.items():
        path = Path(settings.MEDIA_ROOT) / "renditions" / "a" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        modified_at = (clock.now() - age).timestamp()
        os.utime(path, (modified_at, modified_at))
    [outcome] = retention.tidy(at=clock.now(), only=["part_files"])
    assert outcome.deleted == 1
    assert sorted(list_file_names()) == ["old.jpg", "young.jpg.y.part"]
