"""Security headers of responses, and the absence of cookies on public pages."""

import re

import pytest

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


@pytest.mark.parametrize("path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=pier"])
def test_readers_get_no_cookies(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
