"""Nobody waits for an encoder: what is not made yet is stood in for, and made once by the worker."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django_tasks_db.models import DBTaskResult

from newsroom.background.models import Job
from newsroom.http import rate_limits
from newsroom.media import images, tasks
from newsroom.media.models import Image, Rendition
from newsroom.media.processing import encode
from newsroom.media.renditions import intermediates, make, store
from newsroom.media.renditions.make import get_or_make_content, make_missing
from newsroom.media.renditions.specs import list_specs
from newsroom.media.renditions.store import ImageRemovedError
from newsroom.media.views import load_content
from tests.newsroom.media.processing.pictures import drawn, encoded, photo
from tests.newsroom.media.stored_files import files, named

pytestmark = pytest.mark.django_db


def shown(content: make.Content | None) -> PIL.Image.Image:
    assert content is not None
    return PIL.Image.open(BytesIO(content.data))


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list to which the ending of each rendition is added that is made from now on."""
    made: list[str] = []
    make = encode.encode_rendition

    def noted(*args: Any, **options: Any) -> encode.Encoded:
        made.append(options["ending"])
        return make(*args, **options)

    monkeypatch.setattr(encode, "encode_rendition", noted)
    return made


# What is asked for before it is made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["avif", "webp"])
def test_what_is_not_made_yet_is_stood_in_for_by_a_jpeg_of_the_same_crop(ending: str, encodings: list[str]) -> None:
    image = images.store_upload(photo(), by=None, focus=(0, 50))
    content = get_or_make_content(image, named(image, "1x1", 320, ending))
    assert content is not None
    assert (content.ending, content.is_final) == ("jpg", False)
    assert (shown(content).format, shown(content).size) == ("JPEG", (320, 320))
    assert encodings == ["jpg"]


def test_many_who_ask_for_what_is_not_made_yet_cost_one_encoding_and_one_task(encodings: list[str]) -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 640, "avif")
    answers = {load_content(image, spec) for _ in range(5)}
    assert len(answers) == 1
    assert encodings == ["jpg"]
    asked = DBTaskResult.objects.filter(task_path__endswith="make_rendition")
    assert [task.args_kwargs["args"] for task in asked] == [[str(image.uid), str(spec)]]


def test_what_the_worker_has_made_takes_the_place_of_what_stood_in_for_it() -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 640, "avif")
    assert not getattr(get_or_make_content(image, spec), "is_final", None)
    assert tasks.make_rendition.func(str(image.uid), str(spec)) == 1
    assert tasks.make_rendition.func(str(image.uid), str(spec)) == 0
    content = get_or_make_content(image, spec)
    assert content is not None
    assert (content.ending, content.is_final, shown(content).format) == ("avif", True, "AVIF")


def test_the_stand_in_is_what_its_own_address_answers() -> None:
    image = images.store_upload(photo(), by=None)
    stand_in = get_or_make_content(image, named(image, "free", 640, "avif"))
    own = get_or_make_content(image, named(image, "free", 640, "jpg"))
    assert stand_in is not None
    assert own == replace(stand_in, is_final=True)


def test_who_finds_somebody_making_it_waits_for_that_one(monkeypatch: pytest.MonkeyPatch, encodings: list[str]) -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 320, "jpg")
    rate_limits.acquire_slot(f"rendition:{image.uid}:{spec}", 1, seconds=30)
    made = encode.Encoded(b"made by the other", 320, 229, "jpg")
    monkeypatch.setattr(
        "newsroom.media.renditions.make.time.sleep", lambda _: store.store_rendition(image, str(spec), made)
    )
    content = get_or_make_content(image, spec)
    assert content is not None
    assert (content.data, encodings) == (made.data, [])


def test_who_waits_for_one_that_was_killed_makes_it_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 320, "jpg")
    rate_limits.acquire_slot(f"rendition:{image.uid}:{spec}", 1, seconds=30)
    monkeypatch.setattr(make, "MAX_WAIT_SECONDS", 0.1)
    assert shown(get_or_make_content(image, spec)).size == (320, 229)


# What is made ---------------------------------------------------------------------------------------------------------


def test_renditions_are_made_ahead() -> None:
    image = images.store_upload(photo(), by=None)
    assert [job.args_kwargs["args"] for job in Job.objects.all()] == [[str(image.uid)]]
    wanted = tasks.specs_to_prepare(image)
    assert tasks.prepare_renditions.func(str(image.uid)) == len(wanted) == Rendition.objects.count()
    assert tasks.prepare_renditions.func(str(image.uid)) == 0


def test_of_a_picture_that_is_gone_nothing_is_made_and_nothing_left() -> None:
    uid = str(uuid4())
    default_storage.save(f"renditions/{uid}/left-by-one-who-was-killed.part", ContentFile(b"half"))
    assert tasks.prepare_renditions.func(uid) == 0
    assert files() == set()


@pytest.mark.parametrize("name", ["x", "free-320.webp", "free-321-0123456789abcdef.webp"])
def test_a_name_that_was_never_given_out_is_not_made(name: str) -> None:
    image = images.store_upload(photo(), by=None)
    assert tasks.make_rendition.func(str(image.uid), name) == 0


def test_a_rendition_is_what_its_name_says() -> None:
    image = images.store_upload(photo(), by=None, focus=(0, 50))
    for ending, encoding in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
        specs = list_specs(image, "1x1", ending=ending)
        assert make_missing(image, specs) == len(specs)
        for spec in specs:
            content = get_or_make_content(image, spec)
            assert (shown(content).format, shown(content).size) == (encoding, (spec.width, spec.width))
            kept = Rendition.objects.get(image=image, spec=str(spec))
            assert (kept.width, kept.height) == (spec.width, spec.width)


def test_the_same_address_always_shows_the_same_bytes_whoever_makes_it() -> None:
    image = images.store_upload(photo(2400, 2400), by=None)
    spec = named(image, "free", 480, "jpg")
    asked = get_or_make_content(image, spec)
    Rendition.objects.exclude(spec=intermediates.NAME).delete()
    make_missing(image, [*list_specs(image, "16x9", ending="webp"), spec])
    assert get_or_make_content(image, spec) == asked


def test_a_rendition_whose_file_was_lost_is_made_again() -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 320, "webp")
    make_missing(image, [spec])
    content = get_or_make_content(image, spec)
    default_storage.delete(str(Rendition.objects.get().file))
    assert not getattr(get_or_make_content(image, spec), "is_final", None)
    assert make_missing(image, [spec]) == 1
    assert get_or_make_content(image, spec) == content


def test_what_was_cropped_around_an_earlier_focal_point_is_still_found() -> None:
    image = images.store_upload(photo(), by=None, focus=(10, 10))
    before, not_made = named(image, "1x1", 320, "jpg"), named(image, "1x1", 480, "jpg")
    content = get_or_make_content(image, before)
    image.focal_x = 90
    image.save()
    assert get_or_make_content(image, before) == content
    assert shown(get_or_make_content(image, not_made)).size == (480, 480)
    assert named(image, "1x1", 320, "jpg") != before


# Plates ---------------------------------------------------------------------------------------------------------------


def test_a_large_picture_comes_with_a_plate_that_is_just_large_enough() -> None:
    image = images.store_upload(photo(2400, 2400), by=None)
    assert Rendition.objects.get(image=image).spec == intermediates.NAME
    assert intermediates.open_intermediate(image, part=1).size == intermediates.intermediate_size(image) == (1920, 1920)


def test_a_picture_that_is_hardly_larger_is_its_own_plate() -> None:
    image = images.store_upload(photo(1920, 1080), by=None)
    assert intermediates.open_intermediate(image, part=1).size == (1920, 1080)
    assert not Rendition.objects.exists()


def test_nobody_who_waits_has_the_original_decoded() -> None:
    image = images.store_upload(photo(2400, 2400), by=None)
    default_storage.delete(str(image.file))
    assert shown(get_or_make_content(image, named(image, "16x9", 1920, "avif"))).size == (1920, 1080)


@pytest.mark.parametrize("is_told_of", [True, False])
def test_a_plate_that_was_lost_is_made_again(is_told_of: bool) -> None:
    image = images.store_upload(photo(2400, 2400), by=None)
    plate = Rendition.objects.get()
    default_storage.delete(str(plate.file))
    if not is_told_of:
        plate.delete()
    assert intermediates.open_intermediate(image, part=2).size == (960, 960)
    assert Rendition.objects.get().spec == intermediates.NAME


def test_the_plate_of_a_drawing_keeps_its_lines() -> None:
    upload = ContentFile(encoded(drawn(2400, 2400)), name="map.png")
    image = images.store_upload(upload, by=None)
    assert intermediates.open_intermediate(
        image, part=intermediates.reduction_factor(image, named(image, "free", 320, "jpg"))
    ).size == (
        1920,
        1920,
    )
    assert intermediates.open_intermediate(image, part=1).getpixel((5, 5)) == (200, 30, 30)


# Kept once, and whole -------------------------------------------------------------------------------------------------


def test_who_comes_second_finds_what_the_first_kept() -> None:
    image = images.store_upload(photo(), by=None)
    made = encode.Encoded(b"the same", 320, 229, "jpg")
    assert store.store_rendition(image, "x", made) == store.store_rendition(image, "x", made)
    assert store.read_rendition(image, "x") == b"the same"
    assert Rendition.objects.count() == 1
    assert len([name for name in files() if name.startswith("renditions/")]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", [True, False])
def test_of_a_picture_that_is_removed_meanwhile_no_file_stays(late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    image = images.store_upload(photo(), by=None)
    make = encode.encode_rendition

    def removed_before(*args: Any, **options: Any) -> encode.Encoded:
        images.delete_image(Image.objects.get())
        return make(*args, **options)

    if late:
        monkeypatch.setattr(encode, "encode_rendition", removed_before)
    else:
        images.delete_image(Image.objects.get())
    with pytest.raises(ImageRemovedError):
        make_missing(image, [named(image, "free", 320, "webp")])
    assert load_content(image, named(image, "free", 320, "jpg")) is None
    assert files() == set()


def test_a_file_that_is_not_written_to_its_end_never_stands_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    image = images.store_upload(photo(), by=None)
    spec = named(image, "free", 320, "jpg")
    monkeypatch.setattr("newsroom.media.storage.os.fsync", lambda _: pytest.fail("The disk is full."))
    with pytest.raises(pytest.fail.Exception):
        get_or_make_content(image, spec)
    monkeypatch.undo()
    assert not default_storage.exists(f"renditions/{image.uid}/{spec}")
    assert shown(get_or_make_content(image, spec)).size == (320, 229)
