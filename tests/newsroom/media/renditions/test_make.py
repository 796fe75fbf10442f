"""Requests never wait for slow encoders: they get a fallback, and the worker makes the rendition once."""

from dataclasses import replace
from io import BytesIO
from typing import Any
from uuid import uuid4

import PIL.Image
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult
from psycopg.errors import ReadOnlySqlTransaction

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
from tests.newsroom.media.processing.pictures import draw_image, encode_image, make_photo
from tests.newsroom.media.stored_files import list_files, rendition_spec, store_upload

pytestmark = pytest.mark.django_db


def open_content(content: make.Content | None) -> PIL.Image.Image:
    assert content is not None
    return PIL.Image.open(BytesIO(content.data))


@pytest.fixture
def encodings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that records the format of each rendition made from now on."""
    made: list[str] = []
    make = encode.encode_rendition

    def record_and_encode(*args: Any, **options: Any) -> encode.Encoded:
        made.append(options["ending"])
        return make(*args, **options)

    monkeypatch.setattr(encode, "encode_rendition", record_and_encode)
    return made


# Requests before a rendition is made ----------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["avif", "webp"])
def test_the_fallback_for_a_missing_rendition_is_a_jpeg_of_the_same_crop(ending: str, encodings: list[str]) -> None:
    image = store_upload(make_photo(), focal_x=0, focal_y=50)
    content = get_or_make_content(image, rendition_spec(image, "1x1", 320, ending))
    assert content is not None
    assert (content.ending, content.is_final) == ("jpg", False)
    assert (open_content(content).format, open_content(content).size) == ("JPEG", (320, 320))
    assert encodings == ["jpg"]


def test_many_requests_for_a_missing_rendition_cost_one_encoding_and_one_task(encodings: list[str]) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 640, "avif")
    contents = {load_content(image, spec) for _ in range(5)}
    assert len(contents) == 1
    assert encodings == ["jpg"]
    requested = DBTaskResult.objects.filter(task_path__endswith="make_rendition")
    assert [task.args_kwargs["args"] for task in requested] == [[str(image.uid), str(spec)]]


def test_the_task_is_enqueued_once_the_database_accepts_it(monkeypatch: pytest.MonkeyPatch) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 640, "avif")

    def refuse(*args: Any) -> None:
        raise OperationalError("cannot execute INSERT") from ReadOnlySqlTransaction()

    with monkeypatch.context() as patch:
        patch.setattr("newsroom.media.views.enqueue", refuse)
        assert load_content(image, spec) is not None
    assert load_content(image, spec) is not None
    assert DBTaskResult.objects.filter(task_path__endswith="make_rendition").count() == 1


def test_a_rendition_made_by_the_worker_replaces_the_fallback() -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 640, "avif")
    assert not getattr(get_or_make_content(image, spec), "is_final", None)
    assert tasks.make_rendition.func(str(image.uid), str(spec)) == 1
    assert tasks.make_rendition.func(str(image.uid), str(spec)) == 0
    content = get_or_make_content(image, spec)
    assert content is not None
    assert (content.ending, content.is_final, open_content(content).format) == ("avif", True, "AVIF")


def test_the_fallback_is_the_same_as_the_jpeg_at_its_own_address() -> None:
    image = store_upload(make_photo())
    fallback = get_or_make_content(image, rendition_spec(image, "free", 640, "avif"))
    direct = get_or_make_content(image, rendition_spec(image, "free", 640, "jpg"))
    assert fallback is not None
    assert direct == replace(fallback, is_final=True)


def test_a_request_waits_for_another_that_is_making_the_rendition(
    monkeypatch: pytest.MonkeyPatch, encodings: list[str]
) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 320, "jpg")
    rate_limits.acquire_slot(f"rendition:{image.uid}:{spec}", 1, seconds=30)
    made = encode.Encoded(b"made by the other", 320, 229, "jpg")
    monkeypatch.setattr(
        "newsroom.media.renditions.make.time.sleep", lambda _: store.store_rendition(image, str(spec), made)
    )
    content = get_or_make_content(image, spec)
    assert content is not None
    assert (content.data, encodings) == (made.data, [])


def test_a_request_that_waited_for_a_killed_process_makes_the_rendition(monkeypatch: pytest.MonkeyPatch) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 320, "jpg")
    rate_limits.acquire_slot(f"rendition:{image.uid}:{spec}", 1, seconds=30)
    monkeypatch.setattr(make, "MAX_WAIT_SECONDS", 0.1)
    assert open_content(get_or_make_content(image, spec)).size == (320, 229)


def test_a_request_does_not_wait_for_another_that_could_not_store_the_rendition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 320, "jpg")
    slot = rate_limits.acquire_slot(f"rendition:{image.uid}:{spec}", 1, seconds=30)
    assert slot is not None
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        rate_limits.release_slot(slot)

    monkeypatch.setattr("newsroom.media.renditions.make.time.sleep", pause)
    assert open_content(get_or_make_content(image, spec)).size == (320, 229)
    assert len(pauses) == 1


# Making renditions -----------------------------------------------------------------------------------------------


def test_renditions_are_prepared_in_advance() -> None:
    image = store_upload(make_photo())
    assert [job.args_kwargs["args"] for job in Job.objects.all()] == [[str(image.uid)]]
    specs = tasks.specs_to_prepare(image)
    assert tasks.prepare_renditions.func(str(image.uid)) == len(specs) == Rendition.objects.count()
    assert tasks.prepare_renditions.func(str(image.uid)) == 0


def test_for_a_deleted_picture_nothing_is_made_and_files_are_removed() -> None:
    uid = str(uuid4())
    default_storage.save(f"renditions/{uid}/left-by-one-who-was-killed.part", ContentFile(b"half"))
    assert tasks.prepare_renditions.func(uid) == 0
    assert list_files() == set()


@pytest.mark.parametrize("name", ["x", "free-320.webp", "free-321-0123456789abcdef.webp"])
def test_a_rendition_with_an_unknown_name_is_not_made(name: str) -> None:
    image = store_upload(make_photo())
    assert tasks.make_rendition.func(str(image.uid), name) == 0


def test_a_rendition_has_the_size_and_format_in_its_name() -> None:
    image = store_upload(make_photo(), focal_x=0, focal_y=50)
    for ending, encoding in (("avif", "AVIF"), ("webp", "WEBP"), ("jpg", "JPEG")):
        specs = list_specs(image, "1x1", ending=ending)
        assert make_missing(image, specs) == len(specs)
        for spec in specs:
            content = get_or_make_content(image, spec)
            assert (open_content(content).format, open_content(content).size) == (encoding, (spec.width, spec.width))
            row = Rendition.objects.get(image=image, spec=str(spec))
            assert (row.width, row.height) == (spec.width, spec.width)


def test_the_same_address_always_has_the_same_bytes() -> None:
    image = store_upload(make_photo(2400, 2400))
    spec = rendition_spec(image, "free", 480, "jpg")
    requested = get_or_make_content(image, spec)
    Rendition.objects.exclude(spec=intermediates.NAME).delete()
    make_missing(image, [*list_specs(image, "16x9", ending="webp"), spec])
    assert get_or_make_content(image, spec) == requested


def test_a_rendition_with_a_lost_file_is_made_again() -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 320, "webp")
    make_missing(image, [spec])
    content = get_or_make_content(image, spec)
    default_storage.delete(str(Rendition.objects.get().file))
    assert not getattr(get_or_make_content(image, spec), "is_final", None)
    assert make_missing(image, [spec]) == 1
    assert get_or_make_content(image, spec) == content


def test_a_crop_around_an_earlier_focal_point_is_still_served() -> None:
    image = store_upload(make_photo(), focal_x=10, focal_y=10)
    before, not_made = rendition_spec(image, "1x1", 320, "jpg"), rendition_spec(image, "1x1", 480, "jpg")
    content = get_or_make_content(image, before)
    image.focal_x = 90
    image.save()
    assert get_or_make_content(image, before) == content
    assert open_content(get_or_make_content(image, not_made)).size == (480, 480)
    assert rendition_spec(image, "1x1", 320, "jpg") != before


# Intermediates -----------------------------------------------------------------------------------------------


def test_a_large_picture_has_an_intermediate_that_is_just_large_enough() -> None:
    image = store_upload(make_photo(2400, 2400))
    assert Rendition.objects.get(image=image).spec == intermediates.NAME
    assert intermediates.open_intermediate(image, part=1).size == intermediates.intermediate_size(image) == (1920, 1920)


def test_a_picture_that_is_hardly_larger_is_its_own_intermediate() -> None:
    image = store_upload(make_photo(1920, 1080))
    assert intermediates.open_intermediate(image, part=1).size == (1920, 1080)
    assert not Rendition.objects.exists()


def test_no_request_decodes_the_original() -> None:
    image = store_upload(make_photo(2400, 2400))
    default_storage.delete(str(image.file))
    assert open_content(get_or_make_content(image, rendition_spec(image, "16x9", 1920, "avif"))).size == (1920, 1080)


@pytest.mark.parametrize("has_row", [True, False])
def test_a_lost_intermediate_is_made_again(has_row: bool) -> None:
    image = store_upload(make_photo(2400, 2400))
    intermediate = Rendition.objects.get()
    default_storage.delete(str(intermediate.file))
    if not has_row:
        intermediate.delete()
    assert intermediates.open_intermediate(image, part=2).size == (960, 960)
    assert Rendition.objects.get().spec == intermediates.NAME


def test_the_intermediate_of_a_drawing_is_lossless() -> None:
    upload = ContentFile(encode_image(draw_image(2400, 2400)), name="map.png")
    image = store_upload(upload)
    assert intermediates.open_intermediate(
        image, part=intermediates.reduction_factor(image, rendition_spec(image, "free", 320, "jpg"))
    ).size == (
        1920,
        1920,
    )
    assert intermediates.open_intermediate(image, part=1).getpixel((5, 5)) == (200, 30, 30)


# Storing once, completely ---------------------------------------------------------------------------------------------


def test_storing_the_same_rendition_twice_stores_it_once() -> None:
    image = store_upload(make_photo())
    made = encode.Encoded(b"the same", 320, 229, "jpg")
    assert store.store_rendition(image, "x", made) == store.store_rendition(image, "x", made)
    assert store.read_rendition(image, "x") == b"the same"
    assert Rendition.objects.count() == 1
    assert len([name for name in list_files() if name.startswith("renditions/")]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("during_encoding", [True, False])
def test_if_a_picture_is_deleted_meanwhile_no_file_remains(
    during_encoding: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = store_upload(make_photo())
    make = encode.encode_rendition

    def delete_and_encode(*args: Any, **options: Any) -> encode.Encoded:
        images.delete_image(Image.objects.get())
        return make(*args, **options)

    if during_encoding:
        monkeypatch.setattr(encode, "encode_rendition", delete_and_encode)
    else:
        images.delete_image(Image.objects.get())
    with pytest.raises(ImageRemovedError):
        make_missing(image, [rendition_spec(image, "free", 320, "webp")])
    assert load_content(image, rendition_spec(image, "free", 320, "jpg")) is None
    assert list_files() == set()


def test_an_incompletely_written_file_never_gets_its_final_name(monkeypatch: pytest.MonkeyPatch) -> None:
    image = store_upload(make_photo())
    spec = rendition_spec(image, "free", 320, "jpg")
    monkeypatch.setattr("newsroom.media.storage.os.fsync", lambda _: pytest.fail("The disk is full."))
    with pytest.raises(pytest.fail.Exception):
        get_or_make_content(image, spec)
    monkeypatch.undo()
    assert not default_storage.exists(f"renditions/{image.uid}/{spec}")
    assert open_content(get_or_make_content(image, spec)).size == (320, 229)
