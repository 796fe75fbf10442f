"""Adding images to the library, and deleting them with their files."""

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError

from newsroom.media import images, tasks
from newsroom.media.models import Image, Rendition
from tests.factories import make_story, make_topic
from tests.newsroom.media.processing.pictures import draw_image, encode_image, make_photo
from tests.newsroom.media.stored_files import list_files, rendition_spec, store_upload

pytestmark = pytest.mark.django_db


def test_an_upload_is_stored_with_a_generated_name_and_encoded_again() -> None:
    exif = PIL.Image.Exif()
    exif[0x010F] = "Secret camera"
    image = store_upload(make_photo(exif=exif), alt="The harbour", credit="Newsroom", focal_x=20, focal_y=30)
    assert image.file.name == f"originals/{image.uid}.jpg"
    assert (image.width, image.height, image.focal_x, image.focal_y) == (700, 500, 20, 30)
    assert image.title == "the harbour at night"
    with image.file.open() as file:
        assert b"Secret" not in file.read()


def test_a_refused_file_leaves_nothing_behind() -> None:
    page = SimpleUploadedFile("photo.gif", b"<script>alert(1)</script>", content_type="image/gif")
    outcome = images.add_upload(page, by=None)
    assert outcome.refusal
    assert not outcome.is_busy
    assert not Image.objects.exists()
    assert list_files() == set()


def test_a_drawing_is_stored_without_loss() -> None:
    image = store_upload(ContentFile(encode_image(draw_image()), name="map.png"))
    assert str(image.file).endswith(".png")
    with image.file.open() as file:
        assert PIL.Image.open(file).getpixel((5, 5)) == (200, 30, 30)


def test_the_same_picture_is_recognised() -> None:
    image = store_upload(make_photo())
    assert images.find_identical(images.decode_upload(make_photo())) == image
    assert images.find_identical(images.decode_upload(make_photo(701))) is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("C:\\pictures\\barrier_01.png", "barrier 01"),
        ("../../etc/passwd", "passwd"),
        (".png", ".png"),
        ("", "Untitled"),
    ],
)
def test_the_default_title_is_made_from_the_file_name(name: str, title: str) -> None:
    assert images.title_from_filename(name) == title


def test_deleting_a_picture_deletes_its_files(django_capture_on_commit_callbacks) -> None:
    image = store_upload(make_photo(2400, 2400))
    tasks.make_rendition.func(str(image.uid), str(rendition_spec(image, "free", 320, "webp")))
    default_storage.save(f"renditions/{image.uid}/left-by-one-who-was-killed.part", ContentFile(b"half"))
    assert len(list_files()) == 4
    with django_capture_on_commit_callbacks(execute=True):
        images.delete_image(image)
    assert list_files() == set()
    assert not Rendition.objects.exists()


def test_a_picture_in_use_cannot_be_deleted(django_capture_on_commit_callbacks) -> None:
    image, portrait = store_upload(make_photo()), store_upload(make_photo(701))
    make_story(lead_image=image)
    make_topic(picture=portrait)
    for used in (image, portrait):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ProtectedError):
            images.delete_image(used)
    assert len(list_files()) == 2
