"""The command ``check_media``: what it prints, repairs and deletes, and its exit codes."""

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import ManagementUtility
from django.db import connections

from newsroom.http import clock
from newsroom.media.models import Image, Rendition
from tests.newsroom.media.library import fill_library, store_bytes, turn_bit
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.s3_server import bucket_storage
from tests.newsroom.media.stored_files import store_upload

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the connection of the test open, which a command closes when it ends."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def run(*arguments: str) -> int:
    """Run the command as from a command line, and return its exit code."""
    try:
        # Not ``execute``, which sets up Django again and thereby takes the handlers of the tests from the logger.
        command = ManagementUtility().fetch_command("check_media")
        command.run_from_argv(["manage.py", "check_media", *arguments])
    except SystemExit as ended:
        return int(str(ended.code))
    return 0


def make_old(path: str) -> None:
    """Set the time at which a stored file was written to two days ago."""
    at = (clock.now() - timedelta(days=2)).timestamp()
    os.utime(default_storage.path(path), (at, at))


@pytest.fixture
def stray_files() -> list[str]:
    """Return the paths of a file without a row and of an unfinished one, both old enough."""
    paths = [store_bytes("originals/pier.jpg.x.part")[0], store_bytes("renditions/pier/free-1-0.webp")[0]]
    for path in paths:
        make_old(path)
    return paths


def test_an_intact_library_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    fill_library(images=3, renditions=2)
    assert run("--all") == 0
    output = capsys.readouterr()
    assert (output.out, output.err) == ("9 of 9 files checked: all in order.\n", "")


def test_without_all_a_sample_of_100_is_checked(capsys: pytest.CaptureFixture[str]) -> None:
    fill_library(images=60, renditions=2)
    assert run("--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["total"] == 180
    assert 50 < found["checked"] <= 100


def test_a_fault_ends_with_4_and_is_named_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    image, *_ = fill_library(images=3)
    default_storage.delete(str(image.file))
    assert run("--all") == 4
    output = capsys.readouterr()
    assert output.out == "3 of 3 files checked: 1 missing.\n"
    assert output.err.splitlines() == [
        f"fault: {image.file}: The file of a picture is missing. Restore it from a backup."
    ]


def test_files_without_a_row_are_warnings_and_deleted_on_request(
    stray_files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    fill_library(images=1)
    store_bytes("originals/young.jpg.y.part")
    assert run("--all") == 0
    output = capsys.readouterr()
    assert output.err == ""
    assert [line.partition(": ")[0] for line in output.out.splitlines()[:-1]] == ["warning", "warning"]
    assert all(path in output.out for path in stray_files)
    assert run("--delete-orphans") == 0
    assert capsys.readouterr().out.splitlines()[:-1] == [f"deleted: {path}" for path in stray_files]
    assert not any(default_storage.exists(path) for path in stray_files)
    assert default_storage.exists("originals/young.jpg.y.part")


def test_repair_makes_sizes_again_and_ends_with_0_if_no_fault_remains(capsys: pytest.CaptureFixture[str]) -> None:
    image = store_upload(make_photo(2_600, 1_800))
    rendition = image.renditions.get()
    turn_bit(str(rendition.file))
    assert run("--all") == 4
    assert run("--repair") == 0
    assert f"repaired: {rendition.file}" in capsys.readouterr().out
    assert run("--all") == 0


def test_repair_ends_with_4_if_a_fault_remains(capsys: pytest.CaptureFixture[str], stray_files: list[str]) -> None:
    image = store_upload(make_photo(2_600, 1_800))
    turn_bit(str(image.file))
    assert run("--repair", "--json") == 4
    output = capsys.readouterr()
    [fault, *others] = json.loads(output.out)["findings"]
    assert (fault["path"], fault["kind"], fault["is_fault"], fault["outcome"]) == (str(image.file), "damaged", True, "")
    assert [(each["path"], each["outcome"]) for each in others] == [(path, "") for path in stray_files]
    assert output.err.count("\n") == 1
    assert all(default_storage.exists(path) for path in stray_files)


def test_nothing_is_repaired_while_the_folder_of_pictures_is_missing(
    capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    fill_library(images=2, renditions=1)
    settings.MEDIA_ROOT = tmp_path / "not-mounted"
    assert run("--repair", "--delete-orphans") == 4
    assert capsys.readouterr().err.count("\n") == 1
    assert Rendition.objects.count() == 2
    assert not Image.objects.exclude(missing_since=None).exists()


def test_a_new_site_without_a_folder_is_in_order(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "none"
    assert run("--all") == 0


def test_a_bucket_that_does_not_answer_ends_with_1(capsys: pytest.CaptureFixture[str], settings: Any) -> None:
    fill_library(images=1)
    closed = bucket_storage("http://127.0.0.1:9")
    settings.STORAGES = {**settings.STORAGES, "default": closed}
    assert run("--all") == 1
    output = capsys.readouterr()
    assert output.err.count("\n") == 1
    assert "for-tests" not in output.err


def test_wrong_options_end_with_2() -> None:
    assert run("--everything") == 2
