"""The program that asks every 30 seconds whether the web server answers."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from deploy import watch
from tests.site_process import free_port


class ReadinessHandler(BaseHTTPRequestHandler):
    """Record the requests, and answer that the site is not ready."""

    def do_GET(self) -> None:
        self.server.requests.append((self.path, dict(self.headers)))  # type: ignore[attr-defined]  # set by the fixture
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_):
        """Log nothing."""


@pytest.fixture
def instance(monkeypatch):
    """Run an instance on the second of two ports, and return the list of its requests."""
    monkeypatch.setattr(watch.time, "sleep", lambda seconds: None)
    with ThreadingHTTPServer(("127.0.0.1", 0), ReadinessHandler) as server:
        server.requests = []
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setattr(watch, "PORTS", (free_port(), server.server_port))
        yield server.requests
        server.shutdown()


def test_an_instance_is_asked_as_a_proxy_would_ask_it(instance, monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://news.example")
    assert watch.main() == 0
    [(path, headers)] = instance
    assert path == "/readyz"
    assert headers["Host"] == "news.example"
    assert (headers["X-Forwarded-Proto"], headers["X-Forwarded-For"]) == ("https", "127.0.0.1")


def test_it_fails_if_no_instance_answers(instance, monkeypatch, capsys):
    ports = (free_port(), free_port())
    monkeypatch.setattr(watch, "PORTS", ports)
    assert watch.main() == 1
    assert capsys.readouterr().err == f"Nothing answers on port {ports[0]} or {ports[1]}.\n"
