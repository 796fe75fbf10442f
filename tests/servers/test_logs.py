"""Logs of real processes: with ``LOG_FORMAT=json``, each line of the server and the worker is a JSON object.

Their errors arrive at Sentry.
"""

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings

from newsroom.http import clock
from newsroom.http.request_id import use_request_id
from newsroom.task_queue import enqueue
from stories.workflow import shared_previews
from tests.databases import database_url
from tests.factories import PASSWORD, make_published_story, make_story, make_user
from tests.newsroom.background.sample_tasks import fail_without_file
from tests.servers.server_process import run_server, send_request

pytestmark = pytest.mark.django_db(transaction=True)

BEHIND_PROXY = {"DJANGO_SETTINGS_MODULE": "tests.servers.settings_behind_proxy"}
REQUEST = "edge-4f1c0a7be2d94c55"
PASSCODE = "slate harbour wall"


def read_lines(text: str) -> list[dict[str, Any]]:
    """Return all lines, each parsed as a JSON object."""
    return [json.loads(line) for line in text.splitlines()]


def test_each_line_of_the_server_parses_and_has_no_secret(tmp_path):
    make_published_story(slug="harbour")
    editor = make_user(role="Editor", username="editor")
    ends_at = clock.now() + shared_previews.DEFAULT_LIFETIME
    link = shared_previews.create_link(make_story(), by=editor, label="Lawyer", ends_at=ends_at, passcode=PASSCODE)
    token = link.token
    with run_server("serve", tmp_path, BEHIND_PROXY) as port:
        send_request(port, "/stories/harbour/?from=1&word=whisper", **{"X-Request-Id": REQUEST})
        send_request(port, "/search/?q=whisper")
        send_request(port, "/nowhere/?q=whisper")
        send_request(port, "/healthz?whisper", method="POST")
        for address, fields in (
            ("/accounts/login/?next=/whisper/", {"login": "editor", "password": PASSWORD}),
            (f"/preview/{token}/", {"passcode": PASSCODE}),
        ):
            send_request(port, address, method="POST", body=urlencode(fields))
    text = (tmp_path / "log").read_text()
    lines = read_lines(text)
    assert {line["logger"] for line in lines} >= {"_granian", "django.request"}
    requests = [line for line in lines if line["logger"] == "newsroom.operations.request_log"]
    assert [line["request_id"] for line in requests].count(REQUEST) == 1
    assert {line["route"] for line in requests} >= {"/stories/<slug_u:slug>/", "/preview/<str:token>/"}
    for secret in ("whisper", PASSWORD, PASSCODE, "harbour wall", token):
        assert secret not in text, re.findall(f".*{re.escape(secret)}.*", text)


def test_each_line_of_the_worker_parses_and_has_the_id_of_the_request(tmp_path):
    with use_request_id(REQUEST):
        enqueue(fail_without_file, str(tmp_path / "missing"))
    done = subprocess.run(
        [sys.executable, "manage.py", "worker", "--batch"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url(), **BEHIND_PROXY},
        capture_output=True,
        text=True,
        check=True,
    )
    failed = [line for line in read_lines(done.stderr) if "tried again in" in line["message"]]
    assert [line["request_id"] for line in failed] == [REQUEST]


@pytest.fixture
def sentry() -> Iterator[tuple[str, "Queue[str]"]]:
    """Run a server that takes events. Return its DSN, and a queue of what it received."""
    received: Queue[str] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put(
                gzip.decompress(body).decode() if self.headers["Content-Encoding"] == "gzip" else body.decode()
            )
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://publickey@127.0.0.1:{server.server_port}/1", received
        server.shutdown()


def test_an_error_in_a_forked_worker_arrives_at_sentry(tmp_path, sentry):
    dsn, received = sentry
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.servers.settings_with_sentry",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'without_tables.sqlite3'}",  # so that each page fails
        "DSN_OF_TEST": dsn,
    }
    with run_server("serve", tmp_path, environment) as port:
        assert send_request(port, "/preview/whisper-token/?q=whisper").status == 500
        event = received.get(timeout=60)
    assert "Internal Server Error: /preview/…/" in json.loads(event.splitlines()[-1])["logentry"]["formatted"]
    assert "whisper" not in event
    assert "no such table" in event
