"""Missing pages are logged, but not as warnings."""

import logging

import pytest

pytestmark = pytest.mark.django_db


def list_levels(caplog) -> set[str]:
    return {record.levelname for record in caplog.records if record.name == "django.request"}


def test_a_missing_page_writes_no_warning(client, caplog):
    assert client.get("/stories/nowhere/").status_code == 404
    assert list_levels(caplog) == {"INFO"}


def test_a_withdrawn_page_writes_no_warning(caplog):
    logging.getLogger("django.request").warning("Gone: /stories/withdrawn/", extra={"status_code": 410})
    assert list_levels(caplog) == {"INFO"}


def test_other_refusals_are_warnings(client, caplog):
    assert client.post("/stories/").status_code == 405
    assert "WARNING" in {record.levelname for record in caplog.records}
