"""One picture is decoded at a time in a process; who brings another meanwhile is told at once, and holds no thread."""

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from newsroom.media import images
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from tests.factories import make_image
from tests.newsroom.media.processing.pictures import drawn, encoded, photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def decoding() -> Iterator[None]:
    """Let another picture be decoded all the while."""
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        yield


def file() -> SimpleUploadedFile:
    return SimpleUploadedFile("gate_six.png", encoded(drawn()), "image/png")


def check_told(response):
    assert response.status_code == 503
    assert response["Retry-After"] == str(images.RETRY_AFTER)
    assert "Another picture is being read just now" in response.content.decode()


@pytest.mark.usefixtures("decoding")
def test_a_second_picture_is_refused_without_waiting() -> None:
    with pytest.raises(images.BusyError, match="Try again in a few seconds"):
        images.decode_upload(photo())
    assert not Image.objects.exists()


def test_the_turn_is_free_again_after_a_picture_and_after_a_refusal() -> None:
    for _ in range(2):
        images.decode_upload(photo())
        with pytest.raises(ValueError, match="not a picture"):
            images.decode_upload(SimpleUploadedFile("a.png", b"words"))
    assert not normalize.FULL_SIZE_LOCK.locked()


@pytest.mark.usefixtures("decoding")
def test_a_dropped_picture_is_answered_503(editor_client: Client) -> None:
    response = editor_client.post(reverse("admin:upload_editor_image"), {"picture": file(), "alt": "A gate."})
    check_told(response)
    assert response.json()["errors"]["picture"] == response.json()["error"] == images.BUSY


@pytest.mark.usefixtures("decoding")
def test_the_form_of_a_picture_is_answered_503_with_what_was_typed(editor_client: Client) -> None:
    sent = {"upload": file(), "title": "The gate", "focal_x": 50, "focal_y": 50}
    response = editor_client.post(reverse("admin:media_image_add"), sent)
    check_told(response)
    assert 'value="The gate"' in response.content.decode()
    assert not Image.objects.exists()


@pytest.mark.usefixtures("decoding")
@pytest.mark.parametrize("headers", [{}, {"Accept": "application/json"}])
def test_many_pictures_are_answered_503_each_with_its_reason(editor_client: Client, headers: dict[str, str]) -> None:
    response = editor_client.post(reverse("admin:media_image_upload"), {"pictures": [file(), file()]}, headers=headers)
    check_told(response)
    assert response.content.decode().count(images.BUSY) == 2


def test_a_picture_in_the_place_of_another_is_answered_503(editor_client: Client) -> None:
    old = make_image()
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        sent = {"upload": file(), "title": "The gate", "focal_x": 50, "focal_y": 50}
        check_told(editor_client.post(reverse("admin:replace_image", args=[old.pk]), sent))
    assert Image.objects.count() == 1
