"""What the log says of addresses that open drafts."""

import io
import logging

import pytest
from django.conf import settings

from newsroom.http.log_redaction import RedactingFormatter

TOKEN = "kqZ3v0-xYtA_9uWm2cRrLhJbEoPdFgSiNaTzBvXyQwE"  # noqa: S105 -- it opens nothing


@pytest.fixture
def log():
    """Return what is written through the formatter that the settings name, and the logger that writes it."""
    chosen = settings.LOGGING["formatters"]["plain"]
    assert chosen == {"()": f"{RedactingFormatter.__module__}.{RedactingFormatter.__qualname__}"}
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(RedactingFormatter())
    logger = logging.getLogger("tests.discretion")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, written
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "path",
    [f"/preview/{TOKEN}/", f"/preview/{TOKEN}", f"/preview/{TOKEN}/pictures/x/free-320.jpg", f"'/preview/{TOKEN}'"],
)
def test_no_token_reaches_the_log(log, path):
    logger, written = log
    logger.warning("%s: %s", "Not Found", path)
    assert TOKEN not in written.getvalue()
    assert "WARNING tests.discretion: Not Found: " in written.getvalue()
    assert "/preview/…" in written.getvalue()


def test_no_token_reaches_the_log_in_a_traceback(log):
    logger, written = log
    try:
        raise ValueError(f"/preview/{TOKEN}/ is broken")
    except ValueError:
        logger.exception("Internal Server Error: %s", f"/preview/{TOKEN}/")
    assert TOKEN not in written.getvalue()
    assert "ValueError: /preview/…/ is broken" in written.getvalue()


def test_every_other_address_is_written_as_it_is(log):
    logger, written = log
    logger.warning("Not Found: %s", "/stories/never-was/ and /admin/stories/story/1/preview/")
    assert "/stories/never-was/ and /admin/stories/story/1/preview/" in written.getvalue()
