"""Run the site in a separate process on the test's database, so that a test can kill it at any moment."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.races.processes import start_process

MAX_START_SECONDS = 60.0


def free_port() -> int:
    """Return an unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def serve(port: int, after: int) -> None:
    """Serve until the process ends. Forms autosave ``after`` milliseconds after the last change."""
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler, get_internal_wsgi_application

    from stories.admin.drafts.autosave import form

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            """Log nothing."""

    form.AUTOSAVE_DELAY_MS = after
    server = ThreadedWSGIServer(("127.0.0.1", port), Quiet)
    server.daemon_threads = True
    server.set_app(StaticFilesHandler(get_internal_wsgi_application()))
    server.serve_forever()


@contextmanager
def served(port: int, *, media_root: Path, after: int = 150) -> Iterator[BaseProcess]:
    """Serve on ``port`` during the block, or until the block kills the process.

    The server accepts connections before the block begins.
    """
    with start_process(serve, port, after, media_root=media_root) as process:
        for _ in range(int(MAX_START_SECONDS * 10)):
            with socket.socket() as probe:
                probe.settimeout(1)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.is_alive(), "The server ended before it listened."
            process.join(0.1)
        yield process
