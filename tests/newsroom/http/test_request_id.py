"""The id of a request: accepted from trusted proxies, made otherwise."""

import pytest
from django.test import Client

from newsroom.http.request_id import HEADER, current_request_id, use_request_id

SENT = "edge-4f1c0a7be2d94c55"
MADE = "0" * 32  # what tests/conftest.py makes


def answer_to(request_id: str) -> str:
    """Return the id in the response to a request with this header."""
    return Client().get("/healthz", headers={HEADER: request_id}).headers[HEADER]


@pytest.mark.parametrize("sent", ["a" * 8, "Z-9" * 21, SENT])
def test_a_trusted_proxy_names_the_request(settings, sent):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert answer_to(sent) == sent


@pytest.mark.parametrize("sent", ["", "a" * 7, "a" * 65, "a" * 8 + "\n", "with space", "a_underscore", "größer-als"])
def test_an_invalid_id_is_replaced(settings, sent):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert answer_to(sent) == MADE


def test_without_a_proxy_a_client_cannot_choose_the_id():
    assert answer_to(SENT) == MADE


def test_ids_that_are_made_differ(monkeypatch):
    monkeypatch.undo()
    ids = {Client().get("/healthz").headers[HEADER] for _ in range(20)}
    assert len(ids) == 20


def test_after_a_request_no_id_is_left():
    Client().get("/healthz")
    assert current_request_id() == ""


def test_an_id_applies_within_its_block():
    with use_request_id(SENT):
        assert current_request_id() == SENT
    assert current_request_id() == ""
