"""A request that is larger than any form of the site leaves nothing on the disk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsroom.media import upload_handlers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("size", "status"), [(100, 200), (5_000, 400)])
def test_a_stranger_cannot_send_more_than_a_form_holds(monkeypatch, settings, tmp_path, size, status):
    written = []
    take = upload_handlers.BoundedUploadHandler.receive_data_chunk
    monkeypatch.setattr(upload_handlers, "LARGEST_REQUEST", 4_000)
    monkeypatch.setattr(
        upload_handlers.BoundedUploadHandler,
        "receive_data_chunk",
        lambda handler, data, start: (written.append(len(data)), take(handler, data, start))[1],
    )
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "login": "x", "password": "y"}
    response = client.post("/accounts/login/", form | {"file": SimpleUploadedFile("a.png", b"x" * size)})
    assert response.status_code == status
    assert sum(written) == (size if status == 200 else 0)
