"""Sentry gets errors without personal data, bodies, values of variables and secrets."""

import logging
import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError
from django.test import Client
from psycopg_pool import PoolTimeout

from newsroom.operations import sentry
from newsroom.operations.version import version
from newsroom.page_cache.release import release
from stories.workflow import shared_previews
from tests.factories import PASSWORD
from tests.log_lines import DSN

logger = logging.getLogger(__name__)


@pytest.fixture
def failing_preview(monkeypatch):
    """Make every shared preview fail. Return a client that gets the response of a server."""

    def fail(*_args, **_kwargs):
        password = PASSWORD
        raise RuntimeError(f"The work of /preview/whisper-token/?from=whisper is gone, {len(password)}.")

    monkeypatch.setattr(shared_previews, "open_link", fail)
    return Client(raise_request_exception=False)


def sent(log_lines):
    """Return the only event that was sent."""
    [event] = log_lines.events
    return event


def test_an_error_is_sent_with_its_release_and_traceback(log_lines):
    try:
        raise ValueError("The wall is closed.")
    except ValueError:
        logger.exception("Could not draw %s.", "the wall")
    event = sent(log_lines)
    assert event["release"] == f"newsroom@{version()}+{release()}"
    assert event["logentry"]["formatted"] == "Could not draw the wall."
    [exception] = event["exception"]["values"]
    assert (exception["type"], exception["value"]) == ("ValueError", "The wall is closed.")
    assert exception["stacktrace"]["frames"][-1]["function"] == "test_an_error_is_sent_with_its_release_and_traceback"


def test_warnings_are_not_sent(log_lines):
    logger.warning("Failed, tried again.")
    assert log_lines.events == []


@pytest.mark.django_db
def test_the_event_of_a_request_has_its_route_and_id_and_nothing_else_of_it(log_lines, failing_preview):
    failing_preview.cookies["sessionid"] = "whisper-session"
    response = failing_preview.post(
        "/preview/whisper-token/?from=whisper-query",
        {"passcode": "whisper-passcode"},
        headers={
            "Authorization": "Bearer whisper-key",
            "Referer": "http://testserver/?q=whisper",
            "User-Agent": "whisper",
        },
    )
    assert response.status_code == 500
    event = sent(log_lines)
    assert event["transaction"] == "/preview/<str:token>/"
    assert event["request"] == {"method": "POST", "url": "/preview/…/"}
    assert event["tags"] == {"request_id": response.headers["X-Request-Id"]}
    assert "whisper" not in str(event)
    assert PASSWORD not in str(event)
    assert "vars" not in str(event)
    assert event["breadcrumbs"]["values"] == []
    assert "user" not in event


@pytest.mark.parametrize("cause", [PoolTimeout("no connection"), None])
def test_errors_of_an_outage_are_not_sent(log_lines, cause):
    try:
        raise OperationalError("the connection is closed") from cause
    except OperationalError:
        logger.exception("Failed.")
    assert log_lines.events == []


def test_fields_of_a_line_are_sent(log_lines):
    logger.error("Failed.", extra={"fields": {"task": "stories.tasks.announce"}})
    assert sent(log_lines)["extra"] == {"task": "stories.tasks.announce"}


@pytest.mark.parametrize("dsn", ["https://sentry.example/1", "https://secretkey@sentry.example/"])
def test_a_malformed_dsn_is_refused_without_showing_it(dsn):
    with pytest.raises(ImproperlyConfigured, match=r"^SENTRY_DSN must be the address of a project") as refused:
        sentry.start(dsn)
    assert "secretkey" not in str(refused.value)
    assert refused.value.__suppress_context__


def run(code: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    """Run code in a process that is configured to use Sentry."""
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "newsroom.settings", "DEBUG": "1", "DATABASE_URL": "sqlite:///:memory:",
        "SENTRY_DSN": DSN, **variables,
    }  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=django_settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.audit
def test_without_its_package_the_start_stops_with_a_message():
    done = run("import sys; sys.modules['sentry_sdk'] = None; import newsroom.wsgi")
    assert done.returncode != 0
    assert done.stderr.splitlines()[-1].endswith(
        "SENTRY_DSN is set, but the package sentry-sdk is missing. Install newsroom[sentry], or remove SENTRY_DSN."
    )


@pytest.mark.audit
def test_without_a_dsn_the_package_is_not_loaded():
    done = run("import sys, newsroom.wsgi; print('sentry_sdk' in sys.modules)", SENTRY_DSN="")
    assert done.stdout == "False\n"


@pytest.mark.audit
def test_errors_are_sent_and_before_the_first_one_there_is_no_thread_that_a_fork_would_lose():
    done = run(
        "import logging, threading, newsroom.wsgi, sentry_sdk; from sentry_sdk.integrations.logging import EventHandler;"
        "handlers = [each for each in logging.getLogger().handlers if isinstance(each, EventHandler)];"
        "print(sentry_sdk.is_initialized(), len(handlers), threading.active_count())"
    )
    assert done.stdout == "True 1 1\n", done.stderr


@pytest.mark.audit
def test_the_exception_that_ends_a_process_is_sent():
    code = """
import atexit, django
from newsroom.operations import sentry
from tests.log_lines import EventTransport
django.setup()
events = []
sentry.start("https://key@sentry.example/1", transport=EventTransport(events))
atexit.register(lambda: print(events[0]["exception"]["values"][0]["value"]))
raise SystemError("/reset/key/secret/ is gone")
"""
    done = run(code, SENTRY_DSN="")
    assert done.stdout == "/reset/key/…/ is gone\n", done.stderr
