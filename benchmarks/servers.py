"""Start the web servers: the product as a site runs it, and the floor beside it, served in the same way."""

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

from benchmarks.client import Answer
from benchmarks.processes import HOST, free_port, start

STARTING_SECONDS = 60
# The same as in the demonstration, which a test checks. The floor, which is not a site, has as many workers and
# threads.
PRODUCT = ("manage.py", "serve", "--workers", "2", "--threads", "4", "--verbosity", "0")
FLOOR = (
    *("-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", "2", "--blocking-threads", "4"),
    *("--log-level", "warning", "benchmarks.floor:application"),
)
# Only these variables are passed on: a developer's shell may hold others of another installation.
_KEPT = ("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "USER")
_OF_THE_CONNECTION = {"connection", "date", "server", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Server:
    """A server on a port of this machine; its workers are children of ``process``."""

    port: int
    process: int

    def address(self, path: str) -> str:
        """Return the URL of a path on this server."""
        return f"http://{HOST}:{self.port}{path}"


def clean_environment(**variables: str) -> dict[str, str]:
    """Return the variables of the shell that every program needs, and ``variables``."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT}
    return {**kept, "PYTHONUNBUFFERED": "1", **variables}


def product_environment(database_url: str, port: int) -> dict[str, str]:
    """Return the environment of the product: ``DEBUG`` off, four languages, and defaults otherwise."""
    return clean_environment(
        DEBUG="0",
        SECRET_KEY=secrets.token_urlsafe(50),
        ALLOWED_HOSTS=f"{HOST},localhost",
        SITE_URL=f"http://{HOST}:{port}",
        DATABASE_URL=database_url,
        LANGUAGES="en-gb,de,es,ar",
    )


@contextmanager
def serve_product(variables: Mapping[str, str], port: int) -> Iterator[Server]:
    """Serve the product with these ``variables`` while the block runs."""
    with _served(PRODUCT, variables, port) as server:
        yield server


@contextmanager
def run_worker(variables: Mapping[str, str], log: Path) -> Iterator[int]:
    """Run the worker, which runs background tasks; yield its pid."""
    with ExitStack() as stack:
        output = stack.enter_context(log.open("w", encoding="utf-8"))
        command = [sys.executable, "manage.py", "worker"]
        yield stack.enter_context(start(command, environment=variables, stdout=output, stderr=output)).pid


@contextmanager
def serve_floor(answers: Mapping[str, Answer], folder: Path) -> Iterator[Server]:
    """Serve the same responses under their names from a project of one view; ``folder`` holds them meanwhile."""
    kept = folder / "floor.json"
    kept.write_text(json.dumps({name: _kept(answer) for name, answer in answers.items()}), encoding="utf-8")
    variables = clean_environment(FLOOR_ANSWERS=str(kept))
    with _served(FLOOR, variables, free_port()) as server:
        yield server


def _kept(answer: Answer) -> dict[str, object]:
    headers = {name: value for name, value in answer.headers.items() if name not in _OF_THE_CONNECTION}
    return {"status": answer.status, "headers": headers, "body": b64encode(answer.body).decode("ascii")}


@contextmanager
def _served(command: Sequence[str], variables: Mapping[str, str], port: int) -> Iterator[Server]:
    place = ("--host", HOST, "--port", str(port))
    with start([sys.executable, *command, *place], environment=variables) as process:
        _wait_until_it_answers(port, process)
        yield Server(port, process.pid)


def _wait_until_it_answers(port: int, process: "Popen[str]") -> None:
    """Return once both workers can be expected to answer; raise SystemExit if the server does not start."""
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise SystemExit("The server ended while starting: the lines above say why.")
        # The server listens before the application is loaded.
        asked = HTTPConnection(HOST, port, timeout=STARTING_SECONDS)
        try:
            asked.request("GET", "/healthz")
            asked.getresponse()
        except (OSError, HTTPException):
            time.sleep(0.1)
        else:
            return
        finally:
            asked.close()
    raise SystemExit(f"The server did not answer within {STARTING_SECONDS} seconds.")
