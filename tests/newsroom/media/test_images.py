"""A picture that comes in is made ours; one that goes leaves nothing behind."""

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError

from newsroom.media import images, tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.processing.open import RefusedImageError
from tests.factories import make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import drawn, encoded, photo
from tests.newsroom.media.stored_files import files, named

pytestmark = pytest.mark.django_db


def test_an_upload_is_kept_under_a_name_and_in_an_encoding_of_ours() -> None:
    exif = PIL.Image.Exif()
    exif[0x010F] = "Secret camera"
    image = images.store_upload(photo(exif=exif), by=make_user(), alt="The harbour", credit="Newsroom", focus=(20, 30))
    assert image.file.name == f"originals/{image.uid}.jpg"
    assert (image.width, image.height, image.focal_x, image.focal_y) == (700, 500, 20, 30)
    assert image.title == "the harbour at night"
    with image.file.open() as file:
        assert b"Secret" not in file.read()


def test_what_is_no_picture_leaves_nothing_behind() -> None:
    page = SimpleUploadedFile("photo.gif", b"<script>alert(1)</script>", content_type="image/gif")
    with pytest.raises(RefusedImageError):
        images.store_upload(page, by=None)
    assert not Image.objects.exists()
    assert files() == set()


def test_a_drawing_is_kept_without_loss() -> None:
    image = images.store_upload(ContentFile(encoded(drawn()), name="map.png"), by=None)
    assert str(image.file).endswith(".png")
    with image.file.open() as file:
        assert PIL.Image.open(file).getpixel((5, 5)) == (200, 30, 30)


def test_the_same_picture_is_known_again() -> None:
    image = images.store_upload(photo(), by=None)
    assert images.find_identical(images.decode_upload(photo())) == image
    assert images.find_identical(images.decode_upload(photo(701))) is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C:\\pictures\\barrier_01.png", "barrier 01"),
        ("../../etc/passwd", "passwd"),
        (".png", ".png"),
        ("", "Untitled"),
    ],
)
def test_a_picture_is_called_after_its_file_until_somebody_names_it(name: str, title: str) -> None:
    assert images.title_from_filename(name) == title


def test_a_removed_picture_takes_its_files_along(django_capture_on_commit_callbacks) -> None:
    image = images.store_upload(photo(2400, 2400), by=None)
    tasks.make_rendition.func(str(image.uid), str(named(image, "free", 320, "webp")))
    default_storage.save(f"renditions/{image.uid}/left-by-one-who-was-killed.part", ContentFile(b"half"))
    assert len(files()) == 4
    with django_capture_on_commit_callbacks(execute=True):
        images.delete_image(image)
    assert files() == set()
    assert not Rendition.objects.exists()


def test_a_picture_that_is_used_stays(django_capture_on_commit_callbacks) -> None:
    image, portrait = images.store_upload(photo(), by=None), images.store_upload(photo(701), by=None)
    make_story(lead_image=image)
    make_topic(picture=portrait)
    for used in (image, portrait):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ProtectedError):
            images.delete_image(used)
    assert len(files()) == 2
