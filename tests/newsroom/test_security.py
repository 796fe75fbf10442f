"""Security headers of responses, and the absence of cookies on public pages."""

import re

import pytest
from django.test import Client

from newsroom import wsgi
from newsroom.http.security_headers import SECURITY_HEADERS

pytestmark = pytest.mark.django_db


def parse_policy(response) -> dict[str, str]:
    """Return the sources in the content security policy of a response, keyed by directive."""
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in parts}


SELF_DIRECTIVES = {"style-src", "script-src", "img-src", "font-src", "connect-src", "form-action"}


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


def test_a_static_file_has_them_too(settings):
    settings.WHITENOISE_USE_FINDERS = True
    response = Client().get("/static/css/site.css")
    assert response.status_code == 200
    assert {name: response.headers.get(name) for name in SAME_ORIGIN} == SAME_ORIGIN


def test_a_redirect_to_https_and_an_unknown_host_have_them_too(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    for response in (client.get("/"), client.get("/", headers={"Host": "elsewhere.example"})):
        assert response.status_code in {301, 400}
        assert response.headers.items() >= {
            ("Permissions-Policy", SAME_ORIGIN["Permissions-Policy"]),
            ("Cross-Origin-Resource-Policy", "same-origin"),
        }


def test_the_answer_ahead_of_django_has_them():
    sent: list[tuple[str, str]] = []
    wsgi.with_health(wsgi.application)(
        {"PATH_INFO": "/healthz", "REQUEST_METHOD": "GET"}, lambda status, headers, *_: sent.extend(headers)
    )
    assert set(sent) >= set(SECURITY_HEADERS.items())


@pytest.mark.parametrize("path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=pier"])
def test_readers_get_no_cookies(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
