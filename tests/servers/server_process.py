"""Runs the product behind a real server, on the database of the test."""

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
from django.db import connection

from tests.site_process import free_port

LONGEST_START = 120.0  # seconds
# The newest of the first version that serves WSGI as PEP 3333 has it and that is kept up.
GUNICORN = "gunicorn>=25"


def serve(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return how a site starts its server."""
    return [sys.executable, "manage.py", "serve", "--port", str(port), "--workers", "2"], {}


def gunicorn(port: int, folder: Path) -> tuple[list[str], dict[str, str]]:
    """Return how the other server is started that many use; it is installed into ``folder``."""
    uv = shutil.which("uv") or str(settings.BASE_DIR / ".tools" / "bin" / "uv")
    install = [uv, "pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder), GUNICORN]
    subprocess.run(install, check=True)
    server = [sys.executable, "-m", "gunicorn", "newsroom.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    return [*server, "--workers", "2", "--threads", "2", "--log-level", "warning"], {"PYTHONPATH": str(folder)}


SERVERS = {"serve": serve, "gunicorn": gunicorn}


@dataclass(frozen=True)
class Answer:
    """What came over the wire; ``headers`` without those that tell of server and moment."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@contextmanager
def running(server: str, folder: Path, more: Mapping[str, str] | None = None) -> Iterator[int]:
    """Run the server of this name while the block runs, with ``more`` in its environment; yields its port."""
    port = free_port()
    command, variables = SERVERS[server](port, folder)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "DATABASE_URL": _database(), **variables}
    environment |= more or {}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stdout=log, stderr=log)
    try:
        end = time.monotonic() + LONGEST_START
        while not _answers(port):
            is_up = process.poll() is None and time.monotonic() < end
            assert is_up, f"{server} did not start:\n{(folder / 'log').read_text(errors='replace')}"
            time.sleep(0.1)
        yield port
    finally:
        process.terminate()
        process.wait(60)


def ask(port: int, address: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """Return what is answered, as it came."""
    asked = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        asked.request(method, address, body, headers={"Host": "testserver", "Connection": "close", **headers})
        answer = asked.getresponse()
        said = {name.lower(): value for name, value in answer.getheaders()}
        left_out = {"date", "server", "connection", "transfer-encoding"}
        return Answer(
            answer.status, {name: value for name, value in said.items() if name not in left_out}, answer.read()
        )
    finally:
        asked.close()


def _database() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"


def _answers(port: int) -> bool:
    try:
        return ask(port, "/healthz").status == 200
    except (OSError, HTTPException):
        return False
