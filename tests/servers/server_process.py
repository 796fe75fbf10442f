"""Run the site on a real server, with the test database."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from django.conf import settings

from tests.databases import database_url
from tests.site_process import free_port

MAX_START_SECONDS = 120.0
# The newest version is installed, but none older than this.
GUNICORN = "gunicorn>=25"


def serve(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return the command and the environment variables of the product's own server."""
    return [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "2"], {}


def gunicorn(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Install Gunicorn into ``folder``; return its command and environment variables."""
    uv = shutil.which("uv") or str(settings.BASE_DIR / ".tools" / "bin" / "uv")
    install = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), GUNICORN]
    subprocess.run(install, check=True)
    server = [sys.executable, "-m", "gunicorn", "newsroom.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    return [*server, "--workers", "2", "--threads", "2", "--log-level", "warning"], {"PYTHONPATH": str(folder)}


SERVERS = {"serve": serve, "gunicorn": gunicorn}


@dataclass(frozen=True)
class Answer:
    """A response as received; ``headers`` excludes those that depend on the server, the time or the request."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def run_server(server: str, folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run the server with this name during the block, with ``environment`` added to the variables; yield its port."""
    port = free_port()
    command, variables = SERVERS[server](port, folder)
    ours = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": database_url(), **variables}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env={**ours, **(environment or {})}, stdout=log, stderr=log
        )
    try:
        end = time.monotonic() + MAX_START_SECONDS
        while not _answers(port):
            is_up = process.poll() is None and time.monotonic() < end
            assert is_up, f"{server} did not start:\n{(folder / 'log').read_text(errors='replace')}"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def send_request(port: int, address: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """Return the response to a request, without following redirects or decompressing."""
    http = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        http.request(method, address, body, headers={"Host": "testserver", "Connection": "close", **headers})
        answer = http.getresponse()
        received = {name.lower(): value for name, value in answer.getheaders()}
        excluded = {"date", "server", "connection", "transfer-encoding", "x-request-id"}
        return Answer(
            answer.status, {name: value for name, value in received.items() if name not in excluded}, answer.read()
        )
    finally:
        http.close()


def _answers(port: int) -> bool:
    try:
        return send_request(port, "/healthz").status == 200
    except (OSError, HTTPException):
        return False
