"""Fixtures: an edge cache, and requests to the site through the WSGI callable that serves stored pages."""

import gc
import gzip
from io import BytesIO
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponse

from newsroom.page_cache import purge
from newsroom.page_cache.fetch import make_fetcher
from newsroom.page_cache.release import release
from newsroom.page_cache.wsgi import StoredPages
from tests.newsroom.page_cache.edge import Edge


@pytest.fixture
def edge(settings, monkeypatch):
    """Send purges to an edge that records them, as if a worker had already run this release."""
    monkeypatch.setattr(purge, "_checked_releases", {release()})
    with Edge() as edge_server:
        settings.PURGE_URL = edge_server.address
        yield edge_server
        edge_server.shutdown()


@pytest.fixture
def ask(settings, tmp_path):
    """Return a function that requests an address as a reader does: a stored page is served without Django."""

    def get(address, fetch=None, **headers):
        application = StoredPages(
            WSGIHandler(),
            fetch=fetch or make_fetcher(release()),
            hosts=["testserver"],
            is_secure=False,
            proxy_header=None,
            lock_folder=tmp_path / "turns",
            is_purged=bool(settings.PURGE_URL),
        )
        environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": "testserver", "QUERY_STRING": "", "wsgi.input": BytesIO()}
        path, _, environ["QUERY_STRING"] = address.partition("?")
        environ["PATH_INFO"] = path.encode().decode("latin-1")
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        response = HttpResponse()

        def start_response(status, pairs):
            response.status_code = int(status.split()[0])
            for name, value in pairs:
                response.headers[name] = value

        content = b"".join(application(environ, start_response))
        response.content = gzip.decompress(content) if response.headers.get("Content-Encoding") == "gzip" else content
        return response

    yield get
    # Close the connections of the fetchers, because the test database cannot be dropped while they are open.
    gc.collect()
