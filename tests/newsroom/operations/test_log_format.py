"""Log lines as JSON: one object for each record, without secrets."""

import io
import json
import logging
import re
import sys
from typing import Any

import pytest

from newsroom.http.request_id import use_request_id
from newsroom.operations.log_format import JSONFormatter


@pytest.fixture
def log():
    """Return a logger, and a function that returns its only line, parsed."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONFormatter())
    logger = logging.getLogger("tests.json")
    logger.addHandler(handler)

    def read() -> dict[str, Any]:
        [line] = stream.getvalue().splitlines()
        parsed: dict[str, Any] = json.loads(line)
        return parsed

    yield logger, read
    logger.removeHandler(handler)


def test_a_line_has_time_level_logger_and_message(log):
    logger, read = log
    logger.warning("%s pages", 3)
    line = read()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line.pop("time"))
    assert line == {"level": "WARNING", "logger": "tests.json", "message": "3 pages"}


def test_a_line_carries_the_id_of_the_request_and_the_fields_of_the_record(log):
    logger, read = log
    with use_request_id("request-1"):
        logger.info("Done.", extra={"fields": {"ms": 1.5, "user": None}})
    line = read()
    assert (line["request_id"], line["ms"], line["user"]) == ("request-1", 1.5, None)


@pytest.mark.parametrize(
    "text",
    ['a "quoted"\nline', "\\ and \x00", "\ud800", "Grüße\u2028", '/preview/a\\b"c'],
    ids=["quotes", "backslash and NUL", "surrogate", "line separator", "address"],
)
def test_any_text_is_one_line_that_parses(text):
    # Formatted without a logger: pytest would capture the text, and its workers cannot send half a surrogate pair.
    try:
        raise ValueError(text)
    except ValueError:
        record = logging.LogRecord("tests.json", logging.ERROR, __file__, 1, "%s", (text,), sys.exc_info())
    [line] = JSONFormatter().format(record).splitlines()
    parsed = json.loads(line)
    assert parsed["message"].startswith(text[:1])
    assert parsed["exception"].startswith("Traceback")


def test_secrets_are_redacted_in_every_field(log):
    logger, read = log
    try:
        raise ValueError("/search/?q=harbour")
    except ValueError:
        logger.exception("/preview/s3cret\nnext", extra={"fields": {"address": "redis://:pass@cache/0"}})
    line = read()
    assert line["message"] == "/preview/…\nnext"
    assert line["address"] == "redis://…@cache/0"
    assert line["exception"].endswith("ValueError: /search/?…")
