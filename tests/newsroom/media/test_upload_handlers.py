"""A request larger than any form of the site writes nothing to disk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from newsroom.media import upload_handlers

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("size", "status"), [(100, 200), (5_000, 400)])
def test_an_anonymous_request_cannot_exceed_the_limit(monkeypatch, settings, tmp_path, size, status):
    chunk_sizes = []
    receive = upload_handlers.BoundedUploadHandler.receive_data_chunk
    monkeypatch.setattr(upload_handlers, "MAX_REQUEST_SIZE", 4_000)
    monkeypatch.setattr(
        upload_handlers.BoundedUploadHandler,
        "receive_data_chunk",
        lambda handler, data, start: (chunk_sizes.append(len(data)), receive(handler, data, start))[1],
    )
    client = Client(enforce_csrf_checks=True)
    client.get("/accounts/login/")
    form = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value, "login": "x", "password": "y"}
    response = client.post("/accounts/login/", form | {"file": SimpleUploadedFile("a.png", b"x" * size)})
    assert response.status_code == status
    assert sum(chunk_sizes) == (size if status == 200 else 0)
