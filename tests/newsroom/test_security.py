"""Security headers of responses, and the absence of cookies on public pages."""

import json
import re
from base64 import b64encode
from hashlib import sha256
from typing import Any
from unittest.mock import Mock
from wsgiref.types import WSGIApplication

import pytest
from django.contrib.staticfiles.finders import get_finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError
from django.test import RequestFactory

from newsroom import wsgi
from newsroom.http.clock import RequestTimeMiddleware
from newsroom.http.security_headers import list_security_headers
from newsroom.operations import proxy_probe
from newsroom.operations.metrics import with_metrics
from newsroom.operations.wsgi import RestoreWatch, with_restore_notice
from newsroom.page_cache.models import StoredPage
from tests.factories import make_published_story
from tests.responses import check_headers

pytestmark = pytest.mark.django_db


def parse_policy(response) -> dict[str, str]:
    """Return the sources in the content security policy of a response, keyed by directive."""
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in parts}


SELF_DIRECTIVES = {"style-src", "script-src", "img-src", "font-src", "manifest-src", "connect-src", "form-action"}


@pytest.mark.parametrize("path", ["/", "/stories/", "/never-was/", "/healthz", "/readyz"])
def test_a_public_page_may_load_only_resources_of_the_site(client, path):
    assert parse_policy(client.get(path)) == {
        **dict.fromkeys(SELF_DIRECTIVES, "'self'"),
        **dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'"),
    }


def test_the_policy_of_the_desk_allows_no_unsafe_source(editor_client):
    directives = parse_policy(editor_client.get("/admin/"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in str(directives)


def test_the_policy_of_the_desk_allows_the_nonce_of_the_page_which_is_that_of_no_other_response(editor_client):
    responses = [editor_client.get("/admin/") for _ in range(2)]
    nonces = [set(re.findall(r'<script\b[^>]* nonce="([^"]+)"', response.text)) for response in responses]
    assert [parse_policy(response)["script-src"] for response in responses] == [
        f"'self' 'nonce-{nonce}'" for (nonce,) in nonces
    ]
    assert nonces[0] != nonces[1]


def test_the_front_page_cannot_be_embedded(client):
    assert client.get("/")["X-Frame-Options"] == "DENY"


SAME_ORIGIN = {
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ROUTES = {
    "/": 200,
    "/stories": 301,
    "/never-was/": 404,
    "/accounts/login/": 200,
    "/admin/": 302,
    "/api/v1/stories": 200,
    "/api/v1/never-was": 404,
    "/readyz": 200,
    "/robots.txt": 200,
    "/static/css/never-was.css": 404,
    "/media/00000000-0000-4000-8000-000000000000/free-320.jpg": 404,
}


@pytest.mark.parametrize("path", ROUTES)
def test_every_kind_of_response_has_the_security_headers(client, path):
    response = client.get(path)
    assert response.status_code == ROUTES[path]
    assert {name: response.headers.get(name) for name in SAME_ORIGIN} == SAME_ORIGIN
    check_headers(response.headers)


def test_every_static_file_has_them_too(client, settings):
    settings.WHITENOISE_USE_FINDERS = True
    paths = {path for finder in get_finders() for path, _ in finder.list(None)}
    assert paths > {"css/site.css", "img/icon.svg", "js/staff_bar.js"}
    for path in paths:
        response = client.get(f"/static/{path}")
        response.close()
        assert response.status_code == 200, path
        assert {name: response.headers.get(name) for name in SAME_ORIGIN} == SAME_ORIGIN, path
        check_headers(response.headers)


def test_the_policy_of_an_svg_file_permits_the_styles_in_it_and_no_others(client, settings):
    settings.WHITENOISE_USE_FINDERS = True
    response = client.get("/static/img/icon.svg")
    [style] = re.findall("<style>(.*)</style>", response.getvalue().decode(), re.DOTALL)
    digest = b64encode(sha256(style.encode()).digest()).decode()
    assert parse_policy(response)["style-src"] == f"'self' 'sha256-{digest}'"


def test_a_redirect_to_https_and_an_unknown_host_have_them_too(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    for response in (client.get("/"), client.get("/", headers={"Host": "elsewhere.example"})):
        assert response.status_code in {301, 400}
        assert response.headers.items() >= list_security_headers(is_secure=False).items()


def test_a_failure_has_them_too(client, monkeypatch):
    client.raise_request_exception = False
    for error, status in ((ValueError(), 500), (OperationalError("the connection is closed"), 503)):
        monkeypatch.setattr(RequestTimeMiddleware, "__call__", Mock(side_effect=error))
        response = client.get("/")
        assert response.status_code == status
        assert response.headers.items() >= list_security_headers(is_secure=False).items()


def test_an_error_page_of_django_in_debug_mode_may_use_the_styles_in_it(rf, settings, monkeypatch):
    settings.DEBUG = True
    monkeypatch.setattr(RequestTimeMiddleware, "__call__", Mock(side_effect=ValueError("Broken")))
    response = WSGIHandler().get_response(rf.get("/", headers={"Accept": "text/html"}))
    assert response.status_code == 500
    assert "<style" in response.text
    assert "Content-Security-Policy" not in response.headers
    assert {name: response.headers.get(name) for name in SAME_ORIGIN} == SAME_ORIGIN


def test_a_stored_page_has_them_too(client):
    make_published_story()
    for _ in range(2):  # if a page key has no version yet, the first response is not stored
        client.get("/")
    headers = dict(json.loads(StoredPage.objects.get(address="/").headers))
    assert headers.items() >= list_security_headers(is_secure=False).items()


def ask(application: WSGIApplication, path: str, **environ: Any) -> tuple[str, dict[str, str]]:
    """Return the status and the headers with which a WSGI application answers."""
    started = Mock()
    application(RequestFactory().get(path, **environ).environ, started)
    status, headers = started.call_args.args[:2]
    return status, dict(headers)


def ask_ahead_of_django(**environ: Any) -> list[tuple[str, dict[str, str]]]:
    """Return the status and the headers of each response that does not come from Django."""
    unreached = Mock(side_effect=AssertionError("The request went on."))
    token = f"Bearer {proxy_probe.make_token()}"
    restoring = with_restore_notice(unreached, RestoreWatch(lambda: True))
    return [
        ask(wsgi.with_health(unreached), "/healthz", **environ),
        ask(with_metrics(unreached), "/metrics", **environ),
        ask(proxy_probe.with_proxy_probe(unreached), proxy_probe.PATH, HTTP_AUTHORIZATION=token, **environ),
        ask(restoring, "/", **environ),
        ask(restoring, "/api/v1/stories", **environ),
    ]


def test_responses_ahead_of_django_have_them():
    answers = ask_ahead_of_django()
    assert [status[:3] for status, _ in answers] == ["200", "200", "200", "503", "503"]
    for _, headers in answers:
        assert headers.items() >= list_security_headers(is_secure=False).items()


@pytest.mark.parametrize(
    ("domains", "preload", "value"),
    [
        (True, True, "max-age=60; includeSubDomains; preload"),
        (True, False, "max-age=60; includeSubDomains"),
        (False, False, "max-age=60"),
    ],
)
def test_responses_ahead_of_django_tell_browsers_to_use_https_as_django_does(client, settings, domains, preload, value):
    settings.SECURE_HSTS_SECONDS = 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS, settings.SECURE_HSTS_PRELOAD = domains, preload
    secure = {"wsgi.url_scheme": "https"}
    assert client.get("/robots.txt", secure=True)["Strict-Transport-Security"] == value
    assert [headers["Strict-Transport-Security"] for _, headers in ask_ahead_of_django(**secure)] == [value] * 5
    for headers in (client.get("/robots.txt").headers, *(headers for _, headers in ask_ahead_of_django())):
        assert "Strict-Transport-Security" not in headers


@pytest.mark.parametrize("path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=pier"])
def test_readers_get_no_cookies(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
