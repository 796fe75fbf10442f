"""The configuration for Caddy and nginx, in front of a program that returns what it received, and of the site."""

import json
import re
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread, Timer

import pytest

from tests.machine.proxies import (
    ALL_PROXIES,
    PROXIES,
    Ports,
    configure_caddy,
    program,
    proxy,
    read_configuration,
    trust_any,
)
from tests.responses import check_headers
from tests.servers.server_process import run_server
from tests.site_process import free_port

FRAMED = "/framed/"  # a page that any site may frame
HSTS = "max-age=31536000; includeSubDomains; preload"


class EchoHandler(BaseHTTPRequestHandler):
    """Return the path and the headers of each request as JSON, and the port that answered.

    The response to a request for ``FRAMED`` has security headers of its own.
    """

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        port = self.connection.getsockname()[1]
        received = {"path": self.path, "headers": list(self.headers.items()), "port": port}
        body = json.dumps(received).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        if self.path == FRAMED:
            self.send_header("Content-Security-Policy", "frame-ancestors *")
            self.send_header("Strict-Transport-Security", "max-age=60")
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_):
        """Log nothing."""


@contextmanager
def echo(port: int) -> Iterator[None]:
    with ThreadingHTTPServer(("127.0.0.1", port), EchoHandler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield
        server.shutdown()


def request(port, path="/", *, method="GET", body=None, source="127.0.0.1", is_secure=True, headers=()):
    """Return the status, the headers and the body of the response of the proxy on this port."""
    if is_secure:
        http = HTTPSConnection("localhost", port, timeout=60, context=trust_any(), source_address=(source, 0))
    else:
        http = HTTPConnection("localhost", port, timeout=60, source_address=(source, 0))
    try:
        http.request(method, path, body, dict(headers))
        answer = http.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        http.close()


def echoed(*arguments, **options):
    """Return the request as the instance received it: its headers, with names in lower case, and the rest."""
    status, _, body = request(*arguments, **options)
    assert status == 200
    received = json.loads(body)
    return {name.lower(): value for name, value in received["headers"]}, received


@pytest.fixture(scope="module", params=ALL_PROXIES)
def echo_ports(request, tmp_path_factory):
    """Run a proxy in front of an instance that returns what it receives; return the ports."""
    instances = (free_port(), free_port())
    with echo(instances[0]), proxy(request.param, tmp_path_factory.mktemp(request.param), instances) as ports:
        yield ports


def test_caddy_is_told_to_drop_headers_with_an_underscore(tmp_path):
    # Some versions drop them anyway, so the test below passes there without the directive.
    configure_caddy(tmp_path, Ports(http=80, https=443, instances=(8001, 8002)))
    command = [program("caddy"), "adapt", "--config", str(tmp_path / "Caddyfile"), "--adapter", "caddyfile"]
    adapted = subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout
    assert '{"handler":"headers","request":{"delete":["*_*"]}}' in adapted


@pytest.mark.parametrize("name", ["X_Forwarded_For", "X-Forwarded_For", "x_forwarded_proto", "X_Request_Id"])
def test_a_header_with_an_underscore_is_dropped(echo_ports, name):
    headers, _ = echoed(echo_ports.https, headers={name: "192.0.2.7"})
    assert name.lower() not in headers
    assert "192.0.2.7" not in headers.values()


def test_the_address_of_the_client_is_last_in_x_forwarded_for_whatever_the_client_says(echo_ports):
    headers, _ = echoed(echo_ports.https, source="127.0.0.2", headers={"X-Forwarded-For": "192.0.2.7"})
    assert headers["x-forwarded-for"].split(",")[-1].strip() == "127.0.0.2"


def test_the_instance_learns_the_name_of_the_site_and_that_the_connection_is_secure(echo_ports):
    headers, _ = echoed(echo_ports.https, headers={"X-Forwarded-Proto": "http"})
    assert headers["host"].partition(":")[0] == "localhost"
    assert headers["x-forwarded-proto"] == "https"


def test_each_request_has_an_id_of_its_own_that_the_client_cannot_choose(echo_ports):
    chosen = {"X-Request-Id": "chosen-by-a-client"}
    ids = [echoed(echo_ports.https, headers=chosen)[0]["x-request-id"] for _ in range(2)]
    assert ids[0] != ids[1]
    assert all(re.fullmatch(r"[A-Za-z0-9-]{8,64}", each) and each != "chosen-by-a-client" for each in ids)


def test_metrics_are_not_found_from_outside(echo_ports):
    status, _, body = request(echo_ports.https, "/metrics")
    assert (status, b'"path"' in body) == (404, False)
    assert echoed(echo_ports.https, "/metrics-of-a-story/")[1]["path"] == "/metrics-of-a-story/"


def test_answers_of_the_proxy_itself_have_the_security_headers(echo_ports):
    for answer in (request(echo_ports.https, "/metrics"), request(echo_ports.http, is_secure=False)):
        status, headers, _ = answer
        check_headers(headers)
        # Over plain HTTP, this header must not be sent (RFC 6797, 7.2).
        assert headers.get_all("Strict-Transport-Security", []) == ([HSTS] if status == 404 else [])


def test_responses_of_the_site_keep_their_own_policy(echo_ports):
    _, headers, _ = request(echo_ports.https, FRAMED)
    assert headers.get_all("Content-Security-Policy") == ["frame-ancestors *"]
    assert headers.get_all("Strict-Transport-Security") == ["max-age=60"]
    assert "X-Frame-Options" not in headers


def test_a_body_may_have_twelve_megabytes(echo_ports):
    assert request(echo_ports.https, method="POST", body=b"x" * 11_000_000)[0] == 200
    try:
        status, headers, _ = request(echo_ports.https, method="POST", body=b"x" * 13_000_000)
    except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
        return  # the proxy has closed the connection before it read everything
    assert status in {413, 502}  # Caddy 2.6 answers 502
    check_headers(headers)


@pytest.mark.parametrize("path", ["/stories/?before=1", "/stories/api/", "/api-of-a-story/", "/metrics"])
def test_plain_http_is_redirected(echo_ports, path):
    status, headers, _ = request(echo_ports.http, path, is_secure=False)
    assert status in {301, 308}
    assert re.fullmatch(rf"https://localhost(:\d+)?{re.escape(path)}", headers["Location"])


def test_a_request_to_the_api_over_plain_http_reaches_the_site_which_learns_that_it_is_not_secure(echo_ports):
    forged = {"X-Forwarded-Proto": "https", "X_Forwarded_Proto": "https"}
    headers, received = echoed(echo_ports.http, "/api/v1/stories?page=2", is_secure=False, headers=forged)
    assert received["path"] == "/api/v1/stories?page=2"
    assert headers["x-forwarded-proto"] == "http"
    assert "x_forwarded_proto" not in headers


def test_caddy_waits_for_an_instance_that_restarts(tmp_path):
    port = free_port()
    with proxy("caddy", tmp_path, (port, free_port())) as ports:
        instance = echo(port)
        start = Timer(1.5, instance.__enter__)
        start.start()
        status, _, _ = request(ports.https)
        start.join()
        instance.__exit__(None, None, None)
    assert status == 200


def test_nginx_asks_the_second_instance_while_the_first_does_not_answer(tmp_path):
    instances = (free_port(), free_port())
    with proxy("nginx", tmp_path, instances) as ports:
        with echo(instances[1]):
            assert echoed(ports.https)[1]["port"] == instances[1]
        status, headers, _ = request(ports.https)
        assert status == 502
        check_headers(headers)
        with echo(instances[0]):  # after both have failed
            assert echoed(ports.https)[1]["port"] == instances[0]
        status, headers, _ = request(ports.https, method="POST", headers={"Content-Length": "13000000"})
        assert status == 413
        check_headers(headers)


def test_caddy_answers_502_with_the_security_headers_if_no_instance_answers(tmp_path):
    with proxy("caddy", tmp_path, (free_port(), free_port()), wait="100ms") as ports:
        status, headers, body = request(ports.https)
    assert (status, body) == (502, b"502 Bad Gateway")
    check_headers(headers)
    assert headers["Strict-Transport-Security"] == HSTS


@contextmanager
def running_site(name: str, folder: Path) -> Iterator[Ports]:
    """Run the site behind a proxy during the block."""
    variables = {
        "DJANGO_SETTINGS_MODULE": "newsroom.settings",
        "SECRET_KEY": "for-this-test-only-and-long-enough-to-please-the-checks",
        "ALLOWED_HOSTS": "localhost",
        "SITE_URL": "https://localhost",
        "TRUSTED_PROXY_COUNT": "1",
        "API_REQUESTS_PER_MINUTE": "2",
        "VAR_DIR": str(folder / "var"),
    }
    (folder / "proxy").mkdir()
    with run_server("serve", folder, variables) as port, proxy(name, folder / "proxy", (port, port)) as ports:
        yield ports


@pytest.mark.parametrize("name", PROXIES)
def test_the_site_counts_calls_by_the_address_that_the_proxy_reports(transactional_db, tmp_path, name):
    with running_site(name, tmp_path) as ports:

        def status(source, number):
            forged = {"X-Forwarded-For": f"192.0.2.{number}", "X_Forwarded_For": f"198.51.100.{number}"}
            return request(ports.https, "/api/v1/stories", source=source, headers=forged)[0]

        assert [status("127.0.0.2", number) for number in range(3)] == [200, 200, 429]
        assert status("127.0.0.3", 0) == 200


@pytest.mark.parametrize("name", ALL_PROXIES)
def test_the_site_refuses_the_api_over_plain_http_in_place_of_a_redirect(transactional_db, tmp_path, name):
    with running_site(name, tmp_path) as ports:
        status, headers, body = request(ports.http, "/api/v1/stories", is_secure=False)
    assert (status, headers["Content-Type"], json.loads(body)["status"]) == (403, "application/problem+json", 403)
    assert "Strict-Transport-Security" not in headers
    check_headers(headers)


def test_the_proxies_limit_bodies_alike():
    assert "max_size 12MB" in read_configuration("Caddyfile")
    assert "client_max_body_size 12m" in read_configuration("nginx.conf")


def test_the_container_and_the_machine_have_the_same_headers():
    [of_machine], [of_container] = (
        re.findall(r"\(newsroom_headers\) \{\n.*?\n\}\n", text, re.DOTALL)
        for text in (read_configuration("Caddyfile"), read_configuration("../container/Caddyfile"))
    )
    assert of_machine == of_container
