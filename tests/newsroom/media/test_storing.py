"""A picture that comes in is made ours; one that goes leaves nothing behind."""

from io import BytesIO

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import ProtectedError

from newsroom.imaging.probe import RefusedPictureError
from newsroom.media import storing, tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.renditions import content_of, make_missing
from newsroom.media.specs import Spec, specs_of
from tests.factories import make_story, make_topic, make_user
from tests.newsroom.imaging.pictures import drawn, encoded

pytestmark = pytest.mark.django_db


def photo(width: int = 700, height: int = 500, **options: object) -> ContentFile[bytes]:
    return ContentFile(encoded(drawn(width, height), "JPEG", **options), name="the_harbour-at night.JPG")


def files() -> set[str]:
    found = set()
    for folder in ("originals", "renditions"):
        if default_storage.exists(folder):
            for inner in [folder, *(f"{folder}/{name}" for name in default_storage.listdir(folder)[0])]:
                found |= {f"{inner}/{name}" for name in default_storage.listdir(inner)[1]}
    return found


def test_an_upload_is_kept_under_a_name_and_in_an_encoding_of_ours() -> None:
    exif = PIL.Image.Exif()
    exif[0x010F] = "Secret camera"
    image = storing.store(photo(exif=exif), by=make_user(), alt="The harbour", credit="Newsroom", focus=(20, 30))
    assert image.file.name == f"originals/{image.uid}.jpg"
    assert (image.width, image.height, image.focal_x, image.focal_y) == (700, 500, 20, 30)
    assert image.title == "the harbour at night"
    with image.file.open() as file:
        assert b"Secret" not in file.read()


def test_what_is_no_picture_leaves_nothing_behind() -> None:
    page = SimpleUploadedFile("photo.gif", b"<script>alert(1)</script>", content_type="image/gif")
    with pytest.raises(RefusedPictureError):
        storing.store(page, by=None)
    assert not Image.objects.exists()
    assert files() == set()


def test_a_drawing_is_kept_without_loss() -> None:
    image = storing.store(ContentFile(encoded(drawn()), name="map.png"), by=None)
    assert str(image.file).endswith(".png")
    with image.file.open() as file:
        assert PIL.Image.open(file).getpixel((5, 5)) == (200, 30, 30)


def test_the_same_picture_is_known_again() -> None:
    image = storing.store(photo(), by=None)
    assert storing.same_as(storing.decode(photo())) == image
    assert storing.same_as(storing.decode(photo(701))) is None


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
    assert storing.title_from(name) == title


def test_renditions_are_made_ahead_after_the_transaction(django_capture_on_commit_callbacks) -> None:
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        image = storing.store(photo(), by=None)
    assert len(callbacks) == 1
    wanted = tasks.prepared_specs(image)
    assert tasks.prepare_renditions.func(str(image.uid)) == len(wanted) == Rendition.objects.count()
    assert tasks.prepare_renditions.func(str(image.uid)) == 0


def test_making_renditions_of_a_picture_that_is_gone_does_nothing() -> None:
    assert tasks.prepare_renditions.func("8b6f8f0e-4a3c-4c55-9b37-2f0c7d1e9a11") == 0


def test_a_rendition_is_what_its_name_says() -> None:
    image = storing.store(photo(), by=None, focus=(0, 50))
    for ending, encoding in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
        for spec in specs_of(image, "1x1", ending=ending):
            content = content_of(image, spec)
            assert content is not None
            made = PIL.Image.open(BytesIO(content))
            assert (made.format, made.size) == (encoding, (spec.width, spec.width))
            kept = Rendition.objects.get(image=image, spec=str(spec))
            assert (kept.width, kept.height) == made.size


def test_a_rendition_is_made_once() -> None:
    image = storing.store(photo(), by=None)
    spec = Spec("free", 320, None, "webp")
    assert content_of(image, spec) == content_of(image, spec)
    assert make_missing(image, [spec]) == 0
    assert Rendition.objects.count() == 1


def test_a_rendition_whose_file_was_lost_is_made_again() -> None:
    image = storing.store(photo(), by=None)
    spec = Spec("free", 320, None, "webp")
    content = content_of(image, spec)
    default_storage.delete(str(Rendition.objects.get().file))
    assert content_of(image, spec) == content
    assert Rendition.objects.count() == 1


def test_who_comes_second_gets_what_the_first_made(monkeypatch: pytest.MonkeyPatch) -> None:
    image = storing.store(photo(), by=None)
    spec = Spec("free", 320, None, "webp")
    first = content_of(image, spec)
    monkeypatch.setattr("newsroom.media.renditions.Rendition.objects", _BlindOnce(Rendition.objects))
    assert content_of(image, spec) == first
    assert len([name for name in files() if name.startswith("renditions/")]) == 1


class _BlindOnce:
    """A manager that does not see, the first time, what another request has written meanwhile."""

    def __init__(self, manager: object) -> None:
        self._manager = manager
        self._asked = False

    def filter(self, **lookups: object) -> object:
        self._asked, asked = True, self._asked
        found = self._manager.filter(**lookups)  # type: ignore[attr-defined]
        return found if asked else found.none()

    def __getattr__(self, name: str) -> object:
        return getattr(self._manager, name)


def test_what_was_cropped_around_an_earlier_focal_point_is_still_found() -> None:
    image = storing.store(photo(), by=None, focus=(10, 10))
    before = Spec("1x1", 320, (10, 10), "webp")
    content = content_of(image, before)
    image.focal_x = 90
    image.save()
    assert content_of(image, before) == content
    assert content_of(image, Spec("1x1", 480, (10, 10), "webp")) is None


def test_a_removed_picture_takes_its_files_along(django_capture_on_commit_callbacks) -> None:
    image = storing.store(photo(), by=None)
    content_of(image, Spec("free", 320, None, "webp"))
    assert len(files()) == 2
    with django_capture_on_commit_callbacks(execute=True):
        storing.remove(image)
    assert files() == set()
    assert not Rendition.objects.exists()


def test_a_picture_that_is_used_stays(django_capture_on_commit_callbacks) -> None:
    image, portrait = storing.store(photo(), by=None), storing.store(photo(701), by=None)
    make_story(lead_image=image)
    make_topic(picture=portrait)
    for used in (image, portrait):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(ProtectedError):
            storing.remove(used)
    assert len(files()) == 2
