"""Start the web servers (the product as on a real site, and the floor, served in the same way) and the worker."""

import json
import os
import secrets
import sys
import time
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from subprocess import Popen

from benchmarks.client import Response
from benchmarks.processes import HOST, free_port, start

START_TIMEOUT = 60
# A test checks that the demonstration uses the same options. The floor has the same number of workers and threads.
WORKERS = 2
PRODUCT = ("manage.py", "serve", "--workers", str(WORKERS), "--threads", "4", "--verbosity", "0")
FLOOR = (
    *("-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", str(WORKERS), "--blocking-threads", "4"),
    *("--log-level", "warning", "benchmarks.floor:application"),
)
# Only these variables are inherited, because a developer's shell may contain settings of another installation.
_INHERITED_VARIABLES = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "USER")
_CONNECTION_HEADERS = {"connection", "date", "server", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server on a port of this machine; its workers are children of ``process``."""

    port: int
    process: int

    def address(self, path: str) -> str:
        """Return the URL of a path on this server."""
        return f"http://{HOST}:{self.port}{path}"


def clean_environment(**variables: str) -> dict[str, str]:
    """Return the environment for a program: the inherited variables, and ``variables``."""
    inherited = {name: value for name, value in os.environ.items() if name in _INHERITED_VARIABLES}
    return {**inherited, "PYTHONUNBUFFERED": "1", **variables}


def product_environment(database_url: str, port: int) -> dict[str, str]:
    """Return the environment of the product: the required settings, ``DEBUG`` off, and four languages."""
    return clean_environment(
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS=f"{HOST},localhost",
        SITE_URL=f"http://{HOST}:{port}",
        DATABASE_URL=database_url,
        LANGUAGES="en-gb,de,es,ar",
    )


@contextmanager
def serve_product(variables: Mapping[str, str], port: int, *, workers: int = WORKERS) -> Iterator[Server]:
    """Serve the product with these ``variables`` during the block. Raise SystemExit if the server does not start."""
    with _serve((*PRODUCT, "--workers", str(workers)), variables, port) as server:
        yield server


@contextmanager
def run_worker(variables: Mapping[str, str], log: Path) -> Iterator[int]:
    """Run the background worker during the block, and yield its pid."""
    with ExitStack() as stack:
        output = stack.enter_context(log.open("w", encoding="utf-8"))
        command = [sys.executable, "manage.py", "worker"]
        yield stack.enter_context(start(command, environment=variables, stdout=output, stderr=output)).pid


@contextmanager
def serve_floor(responses: Mapping[str, Response], folder: Path) -> Iterator[Server]:
    """Serve ``responses``, each under its name, from the floor during the block.

    They are stored in ``folder``. Raise SystemExit if the server does not start.
    """
    responses_file = folder / "floor.json"
    responses_file.write_text(
        json.dumps({name: _serialise(response) for name, response in responses.items()}), encoding="utf-8"
    )
    variables = clean_environment(FLOOR_ANSWERS=str(responses_file))
    with _serve(FLOOR, variables, free_port()) as server:
        yield server


def _serialise(response: Response) -> dict[str, object]:
    headers = {name: value for name, value in response.headers.items() if name not in _CONNECTION_HEADERS}
    return {"status": response.status, "headers": headers, "body": b64encode(response.body).decode("ascii")}


@contextmanager
def _serve(command: Sequence[str], variables: Mapping[str, str], port: int) -> Iterator[Server]:
    options = ("--host", HOST, "--port", str(port))
    with start([sys.executable, *command, *options], environment=variables) as process:
        _wait_until_ready(port, process)
        yield Server(port, process.pid)


def _wait_until_ready(port: int, process: "Popen[str]") -> None:
    """Return when the server responds. Raise SystemExit if it ends or does not respond in time."""
    deadline = time.monotonic() + START_TIMEOUT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The server ended while starting: the lines above say why.")
        # The server listens before it has loaded the application, so the first response may take a long time.
        connection = HTTPConnection(HOST, port, timeout=START_TIMEOUT)
        try:
            connection.request("GET", "/healthz")
            connection.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"The server did not answer within {START_TIMEOUT} seconds.")
