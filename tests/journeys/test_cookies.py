"""Cookies that are set over HTTPS are for this host alone, and scripts can read none that gives access to anything."""

from collections.abc import Iterator
from datetime import timedelta
from http.cookies import Morsel

import pytest
from django.test import Client

from newsroom.http import clock
from stories.workflow import shared_previews
from tests import stored_names
from tests.factories import PASSWORD, make_published_story, make_story
from tests.responses import READ_BY_SCRIPTS, check_cookie

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _https(settings):
    settings.SITE_URL = "https://testserver"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"


def visit(client: Client, address: str, form: dict[str, str] | None = None) -> Iterator[Morsel[str]]:
    """Yield the cookies in the response to a request over HTTPS, a POST if there is a form."""
    response = client.get(address, secure=True) if form is None else client.post(address, form, secure=True)
    assert response.status_code in {200, 302}, address
    yield from response.cookies.values()


def walk(administrator, passcode: str, preview: str, story: str) -> Iterator[Morsel[str]]:
    """Yield the cookies that a reader, a visitor of a shared preview, and an administrator receive."""
    reader, visitor, person = Client(), Client(), Client()
    for address in ("/", story, f"/reports/?page={story}", "/search/?q=pier", "/api/v1/stories"):
        yield from visit(reader, address)
    yield from visit(visitor, preview)
    seal = visitor.get(preview, secure=True).context["seal"]
    yield from visit(visitor, preview, {"passcode": passcode, "seal": seal})
    yield from visit(person, "/accounts/login/")
    yield from visit(person, "/accounts/login/", {"login": administrator.username, "password": "wrong-password"})
    yield from visit(person, "/accounts/login/", {"login": administrator.username, "password": PASSWORD})
    for address in ("/admin/", "/accounts/", "/accounts/sessions/", "/accounts/password/reset/", "/admin/help/"):
        yield from visit(person, address)
    yield from visit(person, "/accounts/logout/", {})


def test_every_cookie_is_for_this_host_alone(administrator):
    draft, passcode = make_story(), "slate harbour"
    created = shared_previews.create_link(
        draft, by=administrator, passcode=passcode, label="Outside", ends_at=clock.now() + timedelta(days=1)
    )
    story = make_published_story().slug
    cookies = [*walk(administrator, passcode, f"/preview/{created.token}/", f"/stories/{story}/")]
    assert {cookie.key for cookie in cookies} == {name for name in stored_names.cookies() if name.startswith("__")}
    for cookie in cookies:
        check_cookie(cookie)
        assert cookie["secure"], cookie.OutputString()
    assert {cookie.key for cookie in cookies if not cookie["httponly"]} == READ_BY_SCRIPTS - {"desk"}
    assert {cookie["samesite"] for cookie in cookies if cookie.key.startswith("__Secure-")} == {"Strict"}
