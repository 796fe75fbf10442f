"""Pictures that are pasted or dropped into a text."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image as Pillow

from newsroom.audit.models import Event
from newsroom.media import editor_uploads
from newsroom.media.models import Image
from tests.factories import make_user

pytestmark = pytest.mark.django_db

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def png(colour: tuple[int, int, int] = (200, 30, 30), *, size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    buffer = BytesIO()
    Pillow.new("RGB", size, colour).save(buffer, "PNG")
    return SimpleUploadedFile("gate_six.png", buffer.getvalue(), "image/png")


def drop(client, **fields):
    data = {"alt": "Gate six, open.", "credit": "Ida Sund", **fields}
    return client.post(reverse("admin:upload_editor_image"), data, headers=SCRIPT)


def test_a_dropped_picture_is_in_the_library_with_its_description(writer_client, writer):
    response = drop(writer_client, image=png())
    image = Image.objects.get()
    assert response.status_code == 200
    assert re.fullmatch(r"!\[\]\(picture:[0-9a-f-]{36}\)", response.json()["image_code"])
    assert response.json()["picture"]["name"] == "gate six"
    assert (image.alt, image.credit, image.created_by) == ("Gate six, open.", "Ida Sund", writer)
    assert Event.objects.filter(uid=image.uid).exists()
    assert writer_client.get(response.json()["picture"]["address"]).status_code == 200


def test_the_same_picture_is_not_added_again_unless_both_are_kept(writer_client):
    drop(writer_client, image=png())
    second = drop(writer_client, image=png())
    assert second.status_code == 409
    assert second.json()["there"]["title"] == "gate six"
    assert Image.objects.count() == 1
    assert drop(writer_client, image=png(), keep_both="on").status_code == 200
    assert Image.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"alt": " "}, "Describe the picture, or mark it as decorative."),
        ({"decorative": "on"}, "A decorative picture has no alternative text."),
        ({"alt": "x" * 1_001}, "Use at most 1000 characters, not 1001."),
        ({"alt": "a\0b"}, "Null characters are not allowed."),
        (
            {"image": SimpleUploadedFile("a.svg", b"<svg xmlns='x' onload='x()'/>", "image/png")},
            "SVG is not supported",
        ),
        ({"image": SimpleUploadedFile("a.png", b"")}, "The file is empty."),
        ({"image": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99, "image/png")}, "The file is damaged"),
        ({"image": "words"}, "Choose a picture."),
        (
            {"image": SimpleUploadedFile("a.svg", b"<svg xmlns='x' onload='x()'/>", "image/svg+xml")},
            "This type is not supported. Use JPEG, PNG, WebP, AVIF or GIF.",
        ),
        ({"image": SimpleUploadedFile("a.png", b"<html><script>x()</script>", "image/png")}, "This is not a picture"),
        (
            {"image": SimpleUploadedFile("a.png", b"x" * (10 * 1024 * 1024 + 1), "image/png")},
            "The file is larger than 10 MB",
        ),
    ],
)
def test_an_invalid_upload_is_refused_with_a_reason_and_not_stored(writer_client, fields, reason):
    response = drop(writer_client, **{"image": png(), **fields})
    assert response.status_code == 400
    assert response.json()["error"].startswith(reason)
    assert not Image.objects.exists()


def test_a_decorative_picture_needs_no_alternative_text(writer_client):
    assert drop(writer_client, image=png(), alt="", decorative="on").status_code == 200


def test_nobody_without_permission_can_add_a_picture(client):
    for role, staff in (("", False), ("", True)):
        person = make_user(role=role)
        person.is_staff = staff
        person.save()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert drop(client, image=png()).status_code == 403
    client.logout()
    assert drop(client, image=png()).json()["signed_out"]
    assert not Image.objects.exists()


def test_an_upload_without_the_token_or_by_another_page_is_refused_in_json(writer, writer_client):
    address = reverse("admin:upload_editor_image")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(writer, backend="django.contrib.auth.backends.ModelBackend")
    refused = strict.post(address, {"image": png(), "alt": "A gate."}, headers=SCRIPT)
    assert (refused.status_code, bool(refused.json()["error"])) == (403, True)
    by_page = writer_client.post(address, {"image": png(), "alt": "A gate."})
    assert (by_page.status_code, bool(by_page.json()["error"])) == (400, True)
    assert writer_client.get(address).status_code == 405
    assert not Image.objects.exists()


def test_too_many_uploads_are_refused_until_later(writer_client, monkeypatch):
    monkeypatch.setattr(editor_uploads, "MAX_UPLOADS", 1)
    assert drop(writer_client, image=png()).status_code == 200
    refused = drop(writer_client, image=png((0, 0, 0)))
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert Image.objects.count() == 1
