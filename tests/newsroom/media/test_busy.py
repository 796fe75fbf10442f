"""Each process decodes one picture at a time. A second upload is refused immediately and does not block a thread."""

import re
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from newsroom.media import images
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from newsroom.media.processing.open_safely import RefusedImageError
from tests.factories import make_image
from tests.newsroom.media.processing.pictures import draw_image, encode_image, make_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def decoding() -> Iterator[None]:
    """Hold the lock for decoding during the test, as if another picture were being decoded."""
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        yield


def make_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("gate_six.png", encode_image(draw_image()), "image/png")


def assert_busy(response):
    assert response.status_code == 503
    assert response["Retry-After"] == str(images.RETRY_AFTER)
    assert images.BUSY in response.content.decode()


@pytest.mark.usefixtures("decoding")
def test_a_second_picture_is_refused_without_waiting() -> None:
    with pytest.raises(images.BusyError, match=re.escape(images.BUSY)):
        images.decode_upload(make_photo())
    assert not Image.objects.exists()


def test_the_lock_is_released_after_a_picture_and_after_a_refusal() -> None:
    for _ in range(2):
        images.decode_upload(make_photo())
        with pytest.raises(RefusedImageError) as refused:
            images.decode_upload(SimpleUploadedFile("a.png", b"words"))
        assert not isinstance(refused.value, images.BusyError)
    assert not normalize.FULL_SIZE_LOCK.locked()


@pytest.mark.usefixtures("decoding")
def test_a_dropped_picture_gets_a_503(editor_client: Client) -> None:
    data, script = {"image": make_file(), "alt": "A gate."}, {"X-Requested-With": "XMLHttpRequest"}
    response = editor_client.post(reverse("admin:upload_editor_image"), data, headers=script)
    assert_busy(response)
    assert response.json()["errors"]["image"] == response.json()["error"] == images.BUSY


@pytest.mark.usefixtures("decoding")
def test_the_form_for_a_picture_gets_a_503_with_the_typed_values(editor_client: Client) -> None:
    form = {"upload": make_file(), "title": "The gate", "focal_x": 50, "focal_y": 50}
    response = editor_client.post(reverse("admin:media_image_add"), form)
    assert_busy(response)
    assert 'value="The gate"' in response.content.decode()
    assert not Image.objects.exists()


@pytest.mark.usefixtures("decoding")
@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}])
def test_several_pictures_get_a_503_each_with_a_reason(editor_client: Client, headers: dict[str, str]) -> None:
    response = editor_client.post(
        reverse("admin:media_image_upload"), {"pictures": [make_file(), make_file()]}, headers=headers
    )
    assert_busy(response)
    assert response.content.decode().count(images.BUSY) == 2


def test_a_replacement_picture_gets_a_503(editor_client: Client) -> None:
    old = make_image()
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        form = {"upload": make_file(), "title": "The gate", "focal_x": 50, "focal_y": 50}
        assert_busy(editor_client.post(reverse("admin:replace_image", args=[old.pk]), form))
    assert Image.objects.count() == 1
