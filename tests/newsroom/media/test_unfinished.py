"""Files whose writing failed or was broken off."""

import errno
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.background import cleanup
from newsroom.http import clock


def left() -> list[str]:
    """Return the names of all files."""
    return [path.name for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def refuse(*args: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_that_does_not_reach_the_disk_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsroom.media.storage.os.fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    assert left() == []


def test_a_file_of_which_only_a_part_can_be_written_leaves_nothing(monkeypatch):
    whole = FileSystemStorage._save

    def write_and_refuse(self, name, content):
        whole(self, name, content)
        refuse()

    monkeypatch.setattr(FileSystemStorage, "_save", write_and_refuse)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    assert left() == []


def test_a_file_that_cannot_be_replaced_stays_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    default_storage.save("originals/pier.jpg", ContentFile(b"pier"))
    monkeypatch.setattr("newsroom.media.storage.os.fsync", refuse)
    with pytest.raises(OSError, match="No space left"):
        default_storage.save("originals/pier.jpg", ContentFile(b"quay"))
    assert left() == ["pier.jpg"]
    assert default_storage.open("originals/pier.jpg").read() == b"pier"


def test_what_a_killed_process_left_is_deleted_after_a_day(db: None) -> None:
    ages = {
        "old.jpg.x.part": timedelta(hours=25),
        "young.jpg.y.part": timedelta(hours=23),
        "old.jpg": timedelta(days=9),
    }
    for name, age in ages.items():
        path = Path(settings.MEDIA_ROOT) / "renditions" / "a" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
        written = (clock.now() - age).timestamp()
        os.utime(path, (written, written))
    cleanup.delete_expired()
    assert sorted(left()) == ["old.jpg", "young.jpg.y.part"]
