"""Missing pages are logged, but not as warnings; malformed requests as warnings, but not as errors."""

import logging

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


def list_levels(caplog) -> set[str]:
    return {record.levelname for record in caplog.records if record.name == "django.request"}


def test_a_missing_page_writes_no_warning(client, caplog):
    assert client.get("/stories/nowhere/").status_code == 404
    assert list_levels(caplog) == {"INFO"}


def test_a_withdrawn_page_writes_no_warning(caplog):
    logging.getLogger("django.request").warning("Gone: /stories/withdrawn/", extra={"status_code": 410})
    assert list_levels(caplog) == {"INFO"}


def post_fields(client):
    client.post(
        "/accounts/login/", {f"field-{number}": "" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    )


def post_megabytes(client):
    client.post("/accounts/login/", "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1), content_type=FORM)


def ask_for_another_host(client):
    client.get("/", headers={"Host": "elsewhere.example"})


@pytest.mark.parametrize("send", [post_fields, post_megabytes, ask_for_another_host])
def test_a_refused_request_writes_a_warning_without_a_traceback(client, caplog, send):
    send(client)
    [record] = [record for record in caplog.records if record.name.startswith("django.security.")]
    assert (record.levelname, record.exc_info) == ("WARNING", None)


def test_other_refusals_are_warnings(client, caplog):
    assert client.post("/stories/").status_code == 405
    assert "WARNING" in {record.levelname for record in caplog.records}
