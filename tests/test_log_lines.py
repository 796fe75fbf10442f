"""The check of log lines knows the secrets in each part of a request."""

import json
import logging
from contextlib import nullcontext
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

PLAIN = {"login": "known-to-all"}


def send_form(secret: str) -> None:
    """Read a form as a web server does for a browser."""
    body = urlencode({**PLAIN, "password1": secret}).encode()
    environ = {
        **RequestFactory().get("/").environ,
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": "application/x-www-form-urlencoded",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    assert WSGIRequest(environ).POST["login"] == PLAIN["login"]


def send_json(secret: str) -> None:
    Client().post("/robots.txt", {**PLAIN, "accounts": [{"passcode": secret}]}, content_type="application/json")


def send_header(secret: str) -> None:
    Client().get("/robots.txt", headers={"Authorization": f"Bearer {secret}"})


def send_cookie(secret: str) -> None:
    client = Client()
    client.cookies["sessionid"] = secret
    client.get("/robots.txt")


def send_query(secret: str) -> None:
    Client().get("/robots.txt", query_params={"q": secret})


@pytest.mark.parametrize("send", [send_form, send_json, send_header, send_cookie, send_query])
def test_a_line_with_a_secret_of_a_request_is_found(log_lines, send):
    log_lines.check()
    send("nobody-may-read-this")
    assert not any(PLAIN["login"] in secret for secret in log_lines.secrets)
    logging.getLogger("tests").warning("Somebody typed %s.", "q=nobody-may-read-this")
    with pytest.raises(AssertionError, match="nobody-may-read-this"):
        log_lines.check()


def test_a_code_is_found_as_a_whole_number(log_lines):
    log_lines.check()
    for text, is_found in (("code=941276.", True), ("at 19412763 ms", False)):
        log_lines.add_secret("941276")
        logging.getLogger("tests").warning("%s", text)
        with pytest.raises(AssertionError, match="941276") if is_found else nullcontext():
            log_lines.check()


def test_a_line_that_is_no_json_is_found(log_lines):
    log_lines.check()
    log_lines.lines.append(json.dumps([1]))
    with pytest.raises(AssertionError):
        log_lines.check()
