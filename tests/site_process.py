"""Serves the product in a process of its own, on the database of the test: one that can be killed in mid-sentence."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.races.processes import beside

LONGEST_START = 60.0  # seconds


def free_port() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(port: int, after: int) -> None:
    """Serve until the process ends; forms send what is typed ``after`` so many milliseconds."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

    from stories.admin.drafts.autosave import form

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            """Say nothing."""

    form.AUTOSAVE_DELAY_MS = after
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
    server.serve_forever()


@contextmanager
def served(port: int, *, place: Path, after: int = 150) -> Iterator[BaseProcess]:
    """Serve on ``port`` while the block runs, or until it kills the process; it listens when the block begins."""
    with beside(serve, port, after, place=place) as process:
        for _ in range(int(LONGEST_START * 10)):
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.is_alive(), "The server ended before it listened."
            process.join(0.1)
        yield process
