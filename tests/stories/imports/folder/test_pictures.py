"""Importing the pictures of a folder: as they are stored, and only if they are pictures."""

import hashlib
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from newsroom.media.models import Image
from newsroom.media.storage import compute_digest
from stories.documents.parse import UnreadableDocumentError
from stories.exports.records import PictureRecord
from stories.imports.folder.pictures import import_picture
from tests.newsroom.media.processing.pictures import draw_image, encode_image, make_photo
from tests.newsroom.media.stored_files import store_upload

pytestmark = pytest.mark.django_db


def write(root: Path, data: bytes, **values: object) -> PictureRecord:
    """Write a picture into a folder, and return its record."""
    (root / "pictures").mkdir(exist_ok=True)
    (root / "pictures/pier.png").write_bytes(data)
    digest = hashlib.sha256(data).hexdigest()
    return PictureRecord.model_validate(
        {"uid": uuid4(), "file": "pictures/pier.png", "sha256": digest, "title": "Pier", **values}
    )


@pytest.mark.parametrize("is_drawing", [False, True])
def test_a_stored_original_is_taken_as_it_is(tmp_path: Path, is_drawing: bool) -> None:
    upload = make_photo()
    if is_drawing:
        upload.file.seek(0)
        upload.file.truncate()
        upload.file.write(encode_image(draw_image(70, 50, mode="RGBA")))
        upload.file.seek(0)
    before = store_upload(upload)
    with default_storage.open(str(before.file)) as file:
        record = write(tmp_path, file.read(), focal_x=30, credit="Ada Holm", tags="pier")
    assert import_picture(tmp_path, record, by=None, reason="") == ""
    image = Image.objects.get(uid=record.uid)
    assert image.digest == before.digest == compute_digest(default_storage, str(image.file))
    assert str(image.file).rpartition(".")[2] == str(before.file).rpartition(".")[2]
    assert (image.width, image.height) == (before.width, before.height)
    assert (image.title, image.focal_x, image.credit, image.tags) == ("Pier", 30, "Ada Holm", "pier")


def test_a_picture_with_metadata_is_encoded_again(tmp_path: Path) -> None:
    exif = Pillow.Exif()
    exif[0x010E] = "Where the photographer lives"
    record = write(tmp_path, encode_image(draw_image(), "JPEG", exif=exif))
    import_picture(tmp_path, record, by=None, reason="")
    image = Image.objects.get()
    assert image.digest != record.sha256
    with default_storage.open(str(image.file)) as file:
        assert b"photographer" not in file.read()


@pytest.mark.parametrize("data", [b"", b"<svg onload='alert(1)'/>", encode_image(draw_image(60, 40))[:-30]])
def test_what_is_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableDocumentError, match=r"pictures/pier\.png"):
        import_picture(tmp_path, write(tmp_path, data), by=None, reason="")
    assert not Image.objects.exists()


def test_a_picture_with_another_digest_is_refused(tmp_path: Path) -> None:
    record = write(tmp_path, encode_image(draw_image()), sha256="0" * 64)
    with pytest.raises(UnreadableDocumentError, match="SHA-256 differs"):
        import_picture(tmp_path, record, by=None, reason="")


def test_a_picture_without_a_file_is_left_out_with_a_note(tmp_path: Path) -> None:
    record = write(tmp_path, b"", file=None)
    assert str(record.uid) in import_picture(tmp_path, record, by=None, reason="")
    assert not Image.objects.exists()


def test_a_lost_file_is_refused(tmp_path: Path) -> None:
    record = write(tmp_path, b"x")
    (tmp_path / "pictures/pier.png").unlink()
    with pytest.raises(UnreadableDocumentError, match="cannot be read"):
        import_picture(tmp_path, record, by=None, reason="")
