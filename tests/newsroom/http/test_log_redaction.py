"""Log redaction: tokens that give access to drafts are hidden in log lines and tracebacks."""

import io
import logging

import pytest
from django.conf import settings

from newsroom.http.log_redaction import RedactingFormatter
from newsroom.http.request_id import use_request_id

TOKEN = "kqZ3v0-xYtA_9uWm2cRrLhJbEoPdFgSiNaTzBvXyQwE"  # noqa: S105 -- not a real token


@pytest.fixture
def log():
    """Return a logger that uses the formatter of the settings, and the stream to which it writes."""
    formatter = settings.LOGGING["formatters"]["text"]
    assert formatter == {"()": f"{RedactingFormatter.__module__}.{RedactingFormatter.__qualname__}"}
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(RedactingFormatter())
    logger = logging.getLogger("tests.redaction")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, stream
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "path",
    [f"/preview/{TOKEN}/", f"/preview/{TOKEN}", f"/preview/{TOKEN}/pictures/x/free-320.jpg", f"'/preview/{TOKEN}'"],
)
def test_tokens_are_redacted(log, path):
    logger, stream = log
    logger.warning("%s: %s", "Not Found", path)
    assert TOKEN not in stream.getvalue()
    assert "WARNING tests.redaction: Not Found: " in stream.getvalue()
    assert "/preview/…" in stream.getvalue()


def test_tokens_in_a_traceback_are_redacted(log):
    logger, stream = log
    try:
        raise ValueError(f"/preview/{TOKEN}/ is broken")
    except ValueError:
        logger.exception("Internal Server Error: %s", f"/preview/{TOKEN}/")
    assert TOKEN not in stream.getvalue()
    assert "ValueError: /preview/…/ is broken" in stream.getvalue()


def test_other_addresses_are_logged_unchanged(log):
    logger, stream = log
    logger.warning("Not Found: %s", "/stories/never-was/ and /admin/stories/story/1/preview/")
    assert "/stories/never-was/ and /admin/stories/story/1/preview/" in stream.getvalue()


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("GET /search/?q=harbour HTTP/1.1", "GET /search/?… HTTP/1.1"),
        ("https://hub.example/?token=s3cret&mode=x", "https://hub.example/?…"),
        ("postgres://newsroom:s3cret@db/newsroom", "postgres://…@db/newsroom"),
        ("redis://:s3cret@cache:6379/0", "redis://…@cache:6379/0"),
        ("Really? Yes: SELECT ?1, a = ?", "Really? Yes: SELECT ?1, a = ?"),
    ],
)
def test_queries_and_passwords_of_addresses_are_redacted(log, text, redacted):
    logger, stream = log
    logger.warning("%s", text)
    assert stream.getvalue().strip().endswith(f": {redacted}")


def test_a_line_in_a_request_has_its_id(log):
    logger, stream = log
    with use_request_id("request-1"):
        logger.warning("Slow.")
    assert "WARNING tests.redaction [request-1]: Slow." in stream.getvalue()
