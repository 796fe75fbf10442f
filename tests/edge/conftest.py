"""Fixtures: the product's WSGI application, served in this process, with Varnish in front of it."""

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


class ThreadingServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class QuietHandler(WSGIRequestHandler):
    def log_message(self, *_):
        """Log nothing."""


@pytest.fixture(scope="module")
def server_and_address(tmp_path_factory):
    """Start a server without an application, and Varnish in front of it; return the server and the URL of Varnish."""
    folder = tmp_path_factory.mktemp("varnish")
    with ThreadingServer(("127.0.0.1", 0), QuietHandler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with varnish(server.server_port, folder=folder) as address:
            yield server, address
        server.shutdown()


@pytest.fixture
def cached(server_and_address, transactional_db, settings, tmp_path):
    """Serve the site behind Varnish, with an empty cache, and return the URL of Varnish."""
    server, address = server_and_address
    settings.VAR_DIR = tmp_path
    settings.PURGE_URL, settings.PURGE_HEADER = f"{address}/purge", ("X-Purge-Secret", SECRET)
    server.set_app(with_stored_pages(WSGIHandler()))
    call_command("purge", stdout=StringIO())
    return address


@pytest.fixture
def read(cached):
    """Return a function that requests a path through Varnish. The result says whether it was a cache hit."""

    def request(path, *, body=None, **headers):
        connection = HTTPConnection(urlsplit(cached).netloc, timeout=60)
        dashed = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET" if body is None else "POST", path, body, dashed)
        answer = connection.getresponse()
        words, is_hit = answer.read(), "hit" in answer.headers.get("Cache-Status", "")
        connection.close()
        return SimpleNamespace(status=answer.status, words=words, headers=answer.headers, is_hit=is_hit)

    return request


@pytest.fixture
def send_request(cached):
    """Return a function that sends a request through Varnish with exactly these header names."""

    def request(path, headers):
        connection = HTTPConnection(urlsplit(cached).netloc, timeout=60)
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer

    return request
