"""The product's own WSGI callable, served in this process, and Varnish ahead of it."""

from http.client import HTTPConnection
from io import StringIO
from socketserver import ThreadingMixIn
from threading import Thread
from types import SimpleNamespace
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.management import call_command

from newsroom.wsgi import with_stored_pages
from tests.edge.varnish import SECRET, varnish


class Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Say nothing on the terminal."""


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """Start a server that has nothing to serve yet, and Varnish ahead of it; return both."""
    folder = tmp_path_factory.mktemp("varnish")
    with Threading(("127.0.0.1", 0), Quiet) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with varnish(server.server_port, folder=folder) as address:
            yield server, address
        server.shutdown()


@pytest.fixture
def cached(behind, transactional_db, settings, tmp_path):
    """Serve the site behind Varnish, which has kept nothing yet, and return its address."""
    server, address = behind
    settings.VAR_DIR = tmp_path
    settings.PURGE_URL, settings.PURGE_HEADER = f"{address}/purge", ("X-Purge-Secret", SECRET)
    server.set_app(with_stored_pages(WSGIHandler()))
    call_command("purge", stdout=StringIO())
    return address


@pytest.fixture
def read(cached):
    """Return what reads an address through Varnish, and says whether it answered out of its own memory."""

    def reading(path, *, body=None, **headers):
        connection = HTTPConnection(urlsplit(cached).netloc, timeout=60)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, named)
        answer = connection.getresponse()
        words, is_hit = answer.read(), "hit" in answer.headers.get("Cache-Status", "")
        connection.close()
        return SimpleNamespace(status=answer.status, words=words, headers=answer.headers, is_hit=is_hit)

    return reading


@pytest.fixture
def ask(cached):
    """Return what sends a request through Varnish with headers of exactly these names."""

    def asking(path, headers):
        connection = HTTPConnection(urlsplit(cached).netloc, timeout=60)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    return asking
