"""What every answer says to browsers about safety."""

import pytest

pytestmark = pytest.mark.django_db


def policy(response) -> dict[str, str]:
    """Return the content security policy of an answer by directive."""
    parts = [part.strip().partition(" ") for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, _, sources in parts}


OWN = {"style-src", "script-src", "img-src", "font-src", "connect-src", "form-action"}


@pytest.mark.parametrize("path", ["/", "/stories/", "/never-was/", "/healthz", "/readyz"])
def test_a_public_page_may_load_what_is_ours_and_nothing_else(client, path):
    assert policy(client.get(path)) == {
        **dict.fromkeys(OWN, "'self'"),
        **dict.fromkeys(("default-src", "base-uri", "frame-ancestors"), "'none'"),
    }


def test_a_script_of_the_desk_needs_the_nonce_of_its_page(editor_client):
    found = policy(editor_client.get("/admin/"))
    assert found["default-src"] == "'none'"
    assert found["script-src"].startswith("'self'")
    assert "unsafe" not in str(found)


def test_no_page_is_shown_inside_another(client):
    assert client.get("/")["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/stories/", "/questions/", "/topics/", "/sources/", "/search/?q=pier"])
def test_a_reader_gets_no_cookie(client, path):
    response = client.get(path)
    assert response.status_code == 200
    assert not response.cookies
