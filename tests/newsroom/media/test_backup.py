"""The check of the files that a restore has copied."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, default_storage

from newsroom.http import clock
from newsroom.media.backup import check_restored_files
from newsroom.media.models import Rendition
from newsroom.operations.backup.registry import CheckedFiles
from tests.newsroom.media.library import fill_library, one_day_after, store_bytes, turn_bit

pytestmark = pytest.mark.django_db
REPAIR = "Afterwards, run manage.py check_media --repair."


@pytest.fixture
def check(tmp_path: Path) -> Callable[..., CheckedFiles]:
    """Return a function that checks a copy of the files of the site, with or without renditions."""

    def check_copy(*, with_renditions: bool) -> CheckedFiles:
        folder = tmp_path / "copy"
        shutil.copytree(default_storage.path(""), folder)
        if not with_renditions:
            shutil.rmtree(folder / "renditions")
        shutil.rmtree(default_storage.path(""))
        return check_restored_files(FileSystemStorage(folder), one_day_after(clock.now()), lambda done, total: None)

    return check_copy


def test_a_whole_copy_has_no_finding(check):
    fill_library(images=2, renditions=2)
    assert check(with_renditions=True) == CheckedFiles()


def test_originals_are_named_and_other_files_counted(check):
    missing, damaged, _ = fill_library(images=3, renditions=2)
    default_storage.delete(str(missing.file))
    turn_bit(str(damaged.file))
    lost, turned, *_ = Rendition.objects.order_by("pk")
    default_storage.delete(str(lost.file))
    turn_bit(str(turned.file))
    for number in range(2):
        store_bytes(f"originals/stray-{number}.jpg")
    assert check(with_renditions=True) == CheckedFiles(
        missing=[str(missing.file)],
        damaged=[str(damaged.file)],
        remarks=[
            f"2 sizes of pictures have no intact file. {REPAIR}",
            "2 files belong to no picture of the backup. Afterwards, manage.py check_media --all names them.",
        ],
    )


def test_without_any_rendition_all_are_counted(check):
    fill_library(images=1, renditions=1)
    assert check(with_renditions=False) == CheckedFiles(remarks=[f"1 size of a picture has no intact file. {REPAIR}"])
