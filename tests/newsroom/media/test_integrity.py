"""Files of images that are missing, damaged, without a row or unfinished, on disk and in a bucket."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings as django_settings
from django.core.files.storage import default_storage
from django.core.management import call_command

from newsroom.http import clock
from newsroom.media import integrity
from newsroom.media.integrity import FileFinding, FindingKind
from newsroom.media.models import Image, Rendition
from newsroom.media.storage import compute_digest
from newsroom.operations.commands import FaultError
from tests.newsroom.media.library import fill_library, one_day_after, store_bytes, turn_bit
from tests.newsroom.media.s3_server import bucket_storage, connect, run_s3_server

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    with run_s3_server() as address:
        yield address


@pytest.fixture(params=["disk", "bucket", "folder in a bucket"])
def _storage(request: pytest.FixtureRequest, settings: Any) -> Iterator[None]:
    """Store the files of images on disk, in a bucket, or in a folder of a bucket."""
    if request.param == "disk":
        yield
        return
    address = request.getfixturevalue("s3_address")
    options = {"location": "site/media"} if "folder" in request.param else {}
    settings.STORAGES = {**django_settings.STORAGES, "default": bucket_storage(address, **options)}
    yield
    client = connect(address)
    for each in client.list_objects_v2(Bucket="newsroom").get("Contents", []):
        client.delete_object(Bucket="newsroom", Key=each["Key"])


def find_all(sample: int | None = None) -> list[FileFinding]:
    """Return what is found when all files are older than a day."""
    return list(integrity.check_files(at=one_day_after(clock.now()), sample=sample))


def kinds_of(findings: list[FileFinding]) -> dict[str, str]:
    """Return the kind of each finding by its path."""
    return {finding.path: str(finding.kind) for finding in findings}


def test_ten_faults_of_each_kind_among_2000_files_are_found_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    images = fill_library(images=20, renditions=99)
    rows: list[Image | Rendition] = [*images, *Rendition.objects.order_by("pk")]
    assert len(rows) == 2_000
    expected: dict[str, str] = {}
    for row in rows[3:2_000:200]:
        default_storage.delete(str(row.file))
        expected[str(row.file)] = "missing"
    for row in rows[17:2_000:200]:
        turn_bit(str(row.file))
        expected[str(row.file)] = "damaged"
    for row in rows[31:2_000:200]:
        make_unreadable(str(row.file))
        expected[str(row.file)] = "unreadable"
    for number in range(5):
        for folder in (f"renditions/{images[number].uid}", "originals"):
            expected[store_bytes(f"{folder}/lost-{number}.webp")[0]] = "stray"
            expected[store_bytes(f"{folder}/pier.jpg.{number}.part")[0]] = "incomplete"
    with clock.fixed_at(one_day_after(clock.now())), pytest.raises(FaultError) as fault:
        call_command("check_media", all=True, json=True)
    report = json.loads(capsys.readouterr().out)
    assert (report["checked"], report["total"]) == (2_000, 2_000)
    assert {each["path"]: each["kind"] for each in report["findings"]} == expected
    assert Counter(expected.values()) == dict.fromkeys(FindingKind, 10)
    assert len(report["findings"]) == 50
    faults = {path for path, kind in expected.items() if kind in {"missing", "damaged", "unreadable"}}
    assert {line.split(": ")[1] for line in str(fault.value).splitlines()} == faults
    assert fault.value.returncode == 4


@pytest.mark.usefixtures("_storage")
def test_each_kind_is_found_wherever_files_are_stored() -> None:
    images = fill_library(images=4, renditions=2)
    renditions = list(Rendition.objects.order_by("pk"))
    default_storage.delete(str(images[0].file))
    turn_bit(str(images[1].file))
    default_storage.delete(str(renditions[2].file))
    turn_bit(str(renditions[5].file))
    store_bytes(f"renditions/{images[3].uid}/free-9-0000000000000000.webp")
    store_bytes("renditions/00000000-0000-0000-0000-000000000000/plate")
    store_bytes("originals/pier.jpg.x.part")
    store_bytes("health-abc.part")
    findings = find_all()
    assert kinds_of(findings) == {
        str(images[0].file): "missing",
        str(images[1].file): "damaged",
        str(renditions[2].file): "missing",
        str(renditions[5].file): "damaged",
        f"renditions/{images[3].uid}/free-9-0000000000000000.webp": "stray",
        "renditions/00000000-0000-0000-0000-000000000000/plate": "stray",
        "originals/pier.jpg.x.part": "incomplete",
        "health-abc.part": "incomplete",
    }
    by_path = {finding.path: finding for finding in findings}
    assert by_path[str(images[0].file)].image == images[0]
    assert by_path[str(renditions[5].file)].rendition == renditions[5]
    assert list(integrity.check_files(at=clock.now() + timedelta(hours=23))) == [
        finding for finding in findings if finding.is_fault
    ]


@pytest.mark.usefixtures("_storage")
def test_a_stray_file_is_deleted_unless_it_has_got_a_row_or_was_written_again() -> None:
    image = fill_library(images=1)[0]
    paths = [store_bytes(f"renditions/{image.uid}/free-{number}-0.webp")[0] for number in range(3)]
    findings = sorted(find_all(), key=lambda finding: finding.path)
    assert [*kinds_of(findings)] == paths
    Rendition.objects.create(image=image, spec="free-1-0.webp", file=paths[1], width=1, height=1)
    late = one_day_after(clock.now())
    assert [integrity.delete_stray_file(each, at=late) for each in findings] == [
        each.path != paths[1] for each in findings
    ]
    assert [default_storage.exists(path) for path in paths] == [False, True, False]
    store_bytes(paths[0])
    assert not integrity.delete_stray_file(findings[0], at=clock.now())
    default_storage.delete(paths[0])
    assert integrity.delete_stray_file(findings[0], at=late)


def test_files_that_are_not_the_sites_own_are_left_alone() -> None:
    fill_library(images=1)
    for path in ("lost+found/a", "backup/b.part", "notes.txt", "c.part"):
        store_bytes(path)
    assert find_all() == []


def test_a_file_with_an_unusual_name_belongs_to_its_row() -> None:
    path, digest = store_bytes("originals/the-pier.jpg")
    Image.objects.create(file=path, title="Pier", width=1, height=1, digest=digest)
    assert find_all() == []


def test_a_site_without_files_has_no_faults() -> None:
    assert find_all() == []
    assert find_all(sample=100) == []


def test_a_rendition_without_a_digest_is_only_looked_for() -> None:
    fill_library(images=1, renditions=2)
    Rendition.objects.update(digest="")
    changed, missing = Rendition.objects.order_by("pk")
    turn_bit(str(changed.file))
    default_storage.delete(str(missing.file))
    assert kinds_of(find_all()) == {str(missing.file): "missing"}


def make_unreadable(path: str) -> None:
    """Replace a file with a folder, so that reading it fails, even for root."""
    file = Path(default_storage.path(path))
    file.unlink()
    file.mkdir()


def test_an_unreadable_file_is_a_fault_with_its_reason() -> None:
    image = fill_library(images=1)[0]
    make_unreadable(str(image.file))
    [finding] = find_all()
    assert (finding.kind, finding.is_fault) == (FindingKind.UNREADABLE, True)
    assert os.strerror(21) in finding.sentence


def test_a_file_that_is_replaced_or_deleted_while_it_is_read_is_no_fault() -> None:
    replaced, deleted = fill_library(images=2)

    def act_before_reading(storage: object, path: str) -> str:
        if path == str(replaced.file):
            _, digest = store_bytes(path, "another")
            Image.objects.filter(pk=replaced.pk).update(digest=digest)
        else:
            default_storage.delete(path)
            Image.objects.filter(pk=deleted.pk).delete()
        return compute_digest(default_storage, path)

    with patch.object(integrity, "compute_digest", act_before_reading):
        assert find_all() == []


def test_a_sample_reads_as_many_files_as_it_says() -> None:
    fill_library(images=30, renditions=3)
    read: list[str] = []

    def record(storage: object, path: str) -> str:
        read.append(path)
        return compute_digest(default_storage, path)

    with patch.object(integrity, "compute_digest", record):
        assert find_all(sample=40) == []
    assert len(read) == len(set(read)) <= 40
    assert {path.partition("/")[0] for path in read} == {"originals", "renditions"}


def test_a_sample_larger_than_the_library_finds_everything_but_strays_elsewhere() -> None:
    images = fill_library(images=5, renditions=1)
    rows: list[Image | Rendition] = [*images, *Rendition.objects.all()]
    for row in rows:
        turn_bit(str(row.file))
    nearby = store_bytes(f"renditions/{images[0].uid}/stray.webp")[0]
    store_bytes("renditions/00000000-0000-0000-0000-000000000000/stray.webp")
    assert kinds_of(find_all(sample=100)) == {**{str(row.file): "damaged" for row in rows}, nearby: "stray"}
