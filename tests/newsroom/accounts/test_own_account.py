"""The account page of a user, and the list of their sessions, where sessions can be ended."""

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.http.browsers import describe_browser
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SESSIONS = "/accounts/sessions/"
DESK = "/admin/notices/"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def sign_in_with_form(user, *, browser="Firefox"):
    client = Client(headers={"user-agent": f"Mozilla/5.0 (X11; Linux x86_64) {browser}/140.0"})
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def test_the_account_page_links_to_all_settings(editor):
    response = sign_in_with_form(editor).get("/accounts/")
    for address in ("/accounts/password/change/", "/accounts/2fa/", SESSIONS, "/admin/notices/choices/"):
        assertContains(response, f'href="{address}"')
    assert response.context["roles"] == ["Editor"]
    assertContains(response, "Your role at the desk: Editor.")


def test_account_pages_require_signing_in(client):
    for address in ("/accounts/", SESSIONS):
        assert client.get(address)["Location"].startswith("/accounts/login/")


def test_a_single_session_can_be_ended(editor):
    here, there = sign_in_with_form(editor), sign_in_with_form(editor, browser="Chrome")
    response = here.get(SESSIONS)
    other = UserSession.objects.get(session_key=there.session.session_key)
    assertContains(response, "Firefox")
    assertContains(response, "Chrome")
    assertContains(response, f'action="{SESSIONS}{other.pk}/end/"')
    assert here.post(f"{SESSIONS}{other.pk}/end/").status_code == 302
    assert there.get(DESK).status_code == 302
    assert here.get(DESK).status_code == 200
    response = here.get(SESSIONS)
    assertNotContains(response, "Chrome")
    assertNotContains(response, f'action="{SESSIONS}{other.pk}/end/"')


def test_all_other_sessions_can_be_ended_at_once(editor):
    here, there, elsewhere = (sign_in_with_form(editor) for _ in range(3))
    here.post(SESSIONS)
    assert [client.get(DESK).status_code for client in (here, there, elsewhere)] == [200, 302, 302]


def test_unlisted_sessions_are_ended_with_the_others(editor, writer):
    here, there, theirs = sign_in_with_form(editor), sign_in_with_form(editor), sign_in_with_form(writer)
    UserSession.objects.exclude(session_key=here.session.session_key).delete()
    here.post(SESSIONS)
    assert [client.get(DESK).status_code for client in (here, there, theirs)] == [200, 302, 200]


def test_users_cannot_end_sessions_of_others(editor, writer):
    mine, theirs = sign_in_with_form(editor), sign_in_with_form(writer)
    other_session = UserSession.objects.get(session_key=theirs.session.session_key)
    assert mine.post(f"{SESSIONS}{other_session.pk}/end/").status_code == 404
    assert mine.post(f"{SESSIONS}{'9' * 30}/end/").status_code == 404
    assert theirs.get(DESK).status_code == 200


@pytest.mark.parametrize(
    ("user_agent", "description"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/605", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/19.0 Safari/605", "Safari on macOS"),
        ("curl/8.0", "An unknown browser"),
        ("", "An unknown browser"),
    ],
)
def test_a_browser_is_described_in_a_few_words(user_agent, description):
    assert describe_browser(user_agent) == description


def test_a_session_shows_its_network_address_even_with_a_malformed_header(editor, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    for forwarded, address in (("198.51.100.9, 203.0.113.7", "203.0.113.7"), ("nobody", "127.0.0.1")):
        client = Client(headers={"X-Forwarded-For": forwarded})
        client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD})
        assertContains(client.get(SESSIONS), address)
