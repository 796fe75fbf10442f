"""Pictures that are pasted or dropped into a text."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image as Pillow

from newsroom.audit.models import Event
from newsroom.media.models import Image
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def png(colour: tuple[int, int, int] = (200, 30, 30), *, size: tuple[int, int] = (64, 48)) -> SimpleUploadedFile:
    buffer = BytesIO()
    Pillow.new("RGB", size, colour).save(buffer, "PNG")
    return SimpleUploadedFile("gate_six.png", buffer.getvalue(), "image/png")


def drop(client, **fields):
    return client.post(reverse("admin:upload_editor_image"), {"alt": "Gate six, open.", "credit": "Ida Sund", **fields})


def test_a_dropped_picture_is_in_the_library_with_its_description(writer_client, writer):
    response = drop(writer_client, picture=png())
    image = Image.objects.get()
    assert response.status_code == 201
    assert response.json()["picture"]["name"] == "gate six"
    assert (image.alt, image.credit, image.created_by) == ("Gate six, open.", "Ida Sund", writer)
    assert Event.objects.filter(uid=image.uid).exists()
    assert writer_client.get(response.json()["picture"]["address"]).status_code == 200


def test_the_same_picture_is_not_added_again_unless_both_are_kept(writer_client):
    drop(writer_client, picture=png())
    second = drop(writer_client, picture=png())
    assert second.status_code == 409
    assert second.json()["there"]["title"] == "gate six"
    assert Image.objects.count() == 1
    assert drop(writer_client, picture=png(), keep_both="on").status_code == 201
    assert Image.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"alt": " "}, "Describe the picture, or mark it as decorative."),
        ({"decorative": "on"}, "A decorative picture has no alternative text."),
        ({"alt": "x" * 1_001}, "Ensure this value has at most 1000 characters (it has 1001)."),
        ({"alt": "a\0b"}, "Null characters are not allowed."),
        (
            {"picture": SimpleUploadedFile("a.svg", b"<svg xmlns='x' onload='x()'/>", "image/png")},
            "SVG is not supported",
        ),
        ({"picture": SimpleUploadedFile("a.png", b"")}, "The file is empty."),
        ({"picture": SimpleUploadedFile("a.png", b"\x89PNG\r\n\x1a\n" + b"x" * 99)}, "The file is damaged"),
        ({"picture": "words"}, "Choose a picture."),
    ],
)
def test_an_invalid_upload_is_refused_with_a_reason_and_not_stored(writer_client, fields, reason):
    response = drop(writer_client, **{"picture": png(), **fields})
    assert response.status_code == 400
    assert response.json()["error"].startswith(reason)
    assert not Image.objects.exists()


def test_a_decorative_picture_needs_no_alternative_text(writer_client):
    assert drop(writer_client, picture=png(), alt="", decorative="on").status_code == 201


def test_nobody_without_permission_can_add_a_picture(client):
    for role, staff in (("", False), ("", True)):
        person = make_user(role=role)
        person.is_staff = staff
        person.save()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        assert drop(client, picture=png()).status_code == 403
    client.logout()
    assert drop(client, picture=png()).json()["signed_out"]
    assert not Image.objects.exists()
