"""An edge, and the site as its readers meet it, stored pages first."""

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
    """Let changes be told to an edge of the test's own, by workers that have run this release before."""
    monkeypatch.setattr(purge, "_noticed", {release()})
    with Edge() as listening:
        settings.PURGE_URL = listening.address
        yield listening
        listening.shutdown()


@pytest.fixture
def ask(settings, tmp_path):
    """Return what asks for an address as readers do: of what is stored first, and of Django then."""

    def asked(address, fetch=None, **headers):
        application = StoredPages(
            WSGIHandler(),
            fetch=fetch or make_fetcher(release()),
            hosts=["testserver"],
            is_secure=False,
            proxy_header=None,
            turns=tmp_path / "turns",
            is_purged=bool(settings.PURGE_URL),
        )
        environ = {"REQUEST_METHOD": "GET", "HTTP_HOST": "testserver", "QUERY_STRING": "", "wsgi.input": BytesIO()}
        path, _, environ["QUERY_STRING"] = address.partition("?")
        environ["PATH_INFO"] = path.encode().decode("latin-1")
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        answer = HttpResponse()

        def begin(status, pairs):
            answer.status_code = int(status.split()[0])
            for name, value in pairs:
                answer.headers[name] = value

        content = b"".join(application(environ, begin))
        answer.content = gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
        return answer

    yield asked
    gc.collect()  # connections end with those that held them, and a database that is asked cannot be taken away
