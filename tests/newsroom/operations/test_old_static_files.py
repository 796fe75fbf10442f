"""Static files of former releases: which are deleted, and which browsers may still ask for."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from newsroom.operations import old_static_files
from newsroom.operations.models import Process, ProcessKind
from newsroom.operations.version import version
from tests.clocks import MONDAY

MONTH = timedelta(days=30)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _static_root(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path


def write(root: Path, name: str, *, days: int, text: str = "") -> None:
    """Write a file as if it was written this many days before ``MONDAY``."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    at = (MONDAY - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))


def write_release(root: Path, version: str, digest: str, *, days: int, manifest: str = "staticfiles-{}.json") -> None:
    """Write the manifest of a release and the style sheet that it names."""
    name = f"css/site.{digest}.css"
    for each in (name, f"{name}.gz", f"{name}.br"):
        write(root, each, days=days)
    paths = {"css/site.css": name}
    write(root, manifest.format(version), days=days, text=json.dumps({"paths": paths}))


def tidy(root: Path) -> list[str]:
    """Delete old files, and return the names of those that remain."""
    for batch in old_static_files.find_old_files(MONDAY, MONTH):
        old_static_files.delete_files(batch, MONDAY, MONTH)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def files_of(*digests: str) -> list[str]:
    return [f"css/site.{digest}.css{suffix}" for digest in digests for suffix in ("", ".br", ".gz")]


def test_files_go_thirty_days_after_the_next_release(tmp_path):
    write_release(tmp_path, "1.1", "aaaa", days=100)
    write_release(tmp_path, "1.2", "bbbb", days=60)  # in use until 20 days ago
    write_release(tmp_path, "1.3", "cccc", days=20)
    write(tmp_path, "css/site.css", days=100)
    remaining = ["css/site.css", *files_of("bbbb", "cccc"), "staticfiles-1.2.json", "staticfiles-1.3.json"]
    assert tidy(tmp_path) == sorted(remaining)


def test_files_of_the_running_release_stay_however_old_they_are(tmp_path):
    write_release(tmp_path, "1.1", "aaaa", days=400)
    assert tidy(tmp_path) == [*files_of("aaaa"), "staticfiles-1.1.json"]


def test_files_of_this_release_stay_after_an_upgrade_that_failed(tmp_path):
    write_release(tmp_path, "1.1", "aaaa", days=400)
    write_release(tmp_path, version(), "bbbb", days=100)
    write_release(tmp_path, "1.3", "cccc", days=60)
    remaining = [*files_of("bbbb", "cccc"), f"staticfiles-{version()}.json", "staticfiles-1.3.json"]
    assert tidy(tmp_path) == sorted(remaining)


def test_files_of_each_release_that_a_process_runs_stay(tmp_path):
    write_release(tmp_path, "1.1", "aaaa", days=400)
    write_release(tmp_path, "1.2", "bbbb", days=100)
    write_release(tmp_path, "1.3", "cccc", days=60)
    for pid, each in enumerate(("1.2", "1.2", version())):
        Process.objects.create(
            host="web1", pid=pid, kind=ProcessKind.WEB, version=each, release=each, seen_at=MONDAY, begun_at=MONDAY
        )
    remaining = [*files_of("bbbb", "cccc"), "staticfiles-1.2.json", "staticfiles-1.3.json"]
    assert tidy(tmp_path) == sorted(remaining)


def test_with_one_manifest_for_all_releases_files_stay_until_it_is_old(tmp_path):
    write_release(tmp_path, "", "bbbb", days=29, manifest="staticfiles.json")
    write(tmp_path, "css/site.aaaa.css", days=400)
    assert "css/site.aaaa.css" in tidy(tmp_path)
    write_release(tmp_path, "", "bbbb", days=31, manifest="staticfiles.json")
    assert tidy(tmp_path) == [*files_of("bbbb"), "staticfiles.json"]


def test_files_that_are_being_collected_stay_before_their_manifest_is_written(tmp_path):
    write_release(tmp_path, "1.1", "aaaa", days=400)
    write(tmp_path, "css/site.bbbb.css", days=0)
    assert "css/site.bbbb.css" in tidy(tmp_path)


def test_without_a_manifest_nothing_is_deleted(tmp_path):
    write(tmp_path, "css/site.aaaa.css", days=400)
    assert tidy(tmp_path) == ["css/site.aaaa.css"]


def test_a_missing_folder_is_no_error(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "missing"
    assert list(old_static_files.find_old_files(MONDAY, MONTH)) == []


def test_a_file_that_is_gone_already_is_not_counted(tmp_path):
    write(tmp_path, "a", days=1)
    assert old_static_files.delete_files([tmp_path / "a", tmp_path / "b"], MONDAY, MONTH) == 1
