"""Repairing files that are missing or damaged."""

import hashlib
from collections.abc import Callable

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from newsroom.http import clock
from newsroom.media import integrity, tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.renditions import intermediates, make, store
from newsroom.media.repair import NO_COPY, NO_ORIGINAL, repair_files
from newsroom.media.storage import compute_digest
from tests.newsroom.media.library import one_day_after, store_bytes, turn_bit
from tests.newsroom.media.processing.pictures import make_photo
from tests.newsroom.media.stored_files import rendition_spec, store_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def image() -> Image:
    """Return a picture with its intermediate and three renditions."""
    image = store_upload(make_photo(2_600, 1_800))
    for shape, width, ending in (("free", 320, "jpg"), ("free", 480, "webp"), ("16x9", 320, "webp")):
        tasks.make_rendition.call(str(image.uid), str(rendition_spec(image, shape, width, ending)))
    return image


def repair_all() -> dict[str, str]:
    """Repair what is found, and return by path the reasons why something remains."""
    findings = list(integrity.check_rows())
    return {finding.path: reason for finding, reason in repair_files(findings)}


@pytest.mark.parametrize("harm", [default_storage.delete, turn_bit])
def test_renditions_and_their_intermediate_are_made_again(image: Image, harm: Callable[[str], object]) -> None:
    before = list(image.renditions.order_by("file").values_list("file", "width", "height"))
    assert len(before) == 4
    for path, *_ in before:
        harm(path)
    assert repair_all() == {path: "" for path, *_ in before}
    assert list(image.renditions.order_by("file").values_list("file", "width", "height")) == before
    assert list(integrity.check_files(at=one_day_after(clock.now()))) == []
    for path, width, height in before:
        with default_storage.open(path) as file, PIL.Image.open(file) as picture:
            picture.load()
            assert picture.size == (width, height)


def test_a_damaged_rendition_whose_original_is_lost_remains_a_fault(image: Image) -> None:
    path = str(image.renditions.exclude(spec=intermediates.NAME)[0].file)
    turn_bit(path)
    default_storage.delete(str(image.file))
    assert repair_all() == {str(image.file): NO_COPY, path: NO_ORIGINAL}
    assert len(list(integrity.check_rows())) == 2


def test_renditions_are_not_made_from_a_damaged_original(image: Image) -> None:
    path = str(image.renditions.exclude(spec=intermediates.NAME)[0].file)
    default_storage.delete(path)
    turn_bit(str(image.file))
    assert repair_all() == {str(image.file): NO_COPY, path: NO_ORIGINAL}
    assert not default_storage.exists(path)


def test_a_rendition_whose_original_is_lost_during_the_repair_remains_a_fault(
    image: Image, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(image.renditions.exclude(spec=intermediates.NAME)[0].file)
    turn_bit(path)

    def lose(*args: object) -> None:
        raise store.MissingOriginalError(str(image.uid))

    monkeypatch.setattr(make, "make_missing", lose)
    assert repair_all() == {path: NO_ORIGINAL}


def test_a_lost_original_is_marked_and_a_damaged_one_is_not() -> None:
    lost, damaged = store_upload(make_photo()), store_upload(make_photo(640, 480))
    default_storage.delete(str(lost.file))
    turn_bit(str(damaged.file))
    repair_all()
    assert list(Image.objects.exclude(missing_since=None)) == [lost]


@pytest.mark.parametrize("harm", [default_storage.delete, turn_bit])
def test_an_original_is_copied_from_an_intact_picture_with_the_same_content(harm: Callable[[str], object]) -> None:
    first, second, third = (store_upload(make_photo()) for _ in range(3))
    assert first.digest == second.digest == third.digest
    turn_bit(str(first.file))
    harm(str(second.file))
    assert repair_all() == {str(first.file): "", str(second.file): ""}
    assert {compute_digest(default_storage, str(each.file)) for each in (first, second, third)} == {first.digest}


def test_a_rendition_that_no_page_requests_is_deleted_with_its_row(image: Image) -> None:
    path, digest = store_bytes(f"renditions/{image.uid}/free-77-0000000000000000.webp")
    Rendition.objects.create(image=image, spec=path.rpartition("/")[2], file=path, width=7, height=5, digest=digest)
    turn_bit(path)
    assert repair_all() == {path: ""}
    assert not Rendition.objects.filter(file=path).exists()
    assert not default_storage.exists(path)


def test_files_of_a_picture_that_was_deleted_since_need_no_repair(image: Image) -> None:
    turn_bit(str(image.renditions.all()[0].file))
    findings = list(integrity.check_rows())
    Image.objects.all().delete()
    assert [reason for _, reason in repair_files(findings)] == [""]


def test_a_picture_that_cannot_be_decoded_is_reported_and_others_are_repaired(image: Image) -> None:
    broken, digest = store_bytes("originals/00000000-0000-0000-0000-000000000001.jpg", "no picture")
    other = Image.objects.create(file=broken, title="Pier", width=60, height=40, digest=digest)
    spec = str(rendition_spec(other, "free", 60, "jpg"))
    lost = Rendition.objects.create(image=other, spec=spec, file=f"renditions/{other.uid}/{spec}", width=60, height=40)
    path = str(image.renditions.exclude(spec=intermediates.NAME)[0].file)
    default_storage.delete(path)
    reasons = repair_all()
    assert reasons.keys() == {str(lost.file), path}
    assert reasons[str(lost.file)]
    assert not reasons[path]


def test_a_rendition_is_stored_with_its_digest(image: Image) -> None:
    for path, digest in image.renditions.values_list("file", "digest"):
        assert digest == compute_digest(default_storage, path)


def test_digests_of_an_earlier_release_are_stored_in_batches(monkeypatch: pytest.MonkeyPatch, image: Image) -> None:
    before = dict(image.renditions.values_list("file", "digest"))
    image.renditions.update(digest="")
    lost = image.renditions.order_by("pk")[1]
    default_storage.delete(str(lost.file))
    before[str(lost.file)] = ""
    monkeypatch.setattr(tasks, "_BATCH", 2)
    queued: list[int] = []
    monkeypatch.setattr(tasks, "enqueue", lambda task, after: queued.append(after))
    assert tasks.store_rendition_digests.call() == 1
    assert tasks.store_rendition_digests.call(queued[-1]) == 2
    assert dict(image.renditions.values_list("file", "digest")) == before


def test_a_file_that_is_read_in_parts_has_the_digest_of_the_whole() -> None:
    content = b"0123456789abcdef" * 200_000
    default_storage.save("originals/large.png", ContentFile(content))
    assert compute_digest(default_storage, "originals/large.png") == hashlib.sha256(content).hexdigest()
