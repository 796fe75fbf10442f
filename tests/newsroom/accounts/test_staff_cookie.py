"""The mark by which a script knows that it may be worth asking: the same for all, and only where somebody is signed in."""

import pytest
from django.test import Client

from newsroom.accounts.staff_cookie import COOKIE_NAME
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_published_story, make_user

pytestmark = pytest.mark.django_db
BAR = "/admin/bar/"


def sign_in(client, username):
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


def test_it_comes_with_signing_in_and_goes_with_signing_out(client, editor):
    marked = sign_in(client, editor.username).cookies[COOKIE_NAME]
    assert (marked.value, marked["path"], marked["httponly"], marked["max-age"]) == ("1", "/", "", "")
    assert COOKIE_NAME not in client.get("/admin/").cookies
    gone = client.post("/accounts/logout/").cookies[COOKIE_NAME]
    assert (gone.value, gone["max-age"]) == ("", 0)


def test_it_says_the_same_of_everybody():
    people = [make_user(role=role) for role in ("Writer", "Editor", "Curator", "Administrator")]
    assert {sign_in(Client(), each.username).cookies[COOKIE_NAME].OutputString() for each in people} == {
        "desk=1; Path=/; SameSite=Lax"
    }


def test_it_is_sent_over_https_alone_where_the_session_is(client, editor, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert sign_in(client, editor.username).cookies[COOKIE_NAME]["secure"]


def test_whoever_has_no_place_at_the_desk_gets_none(client):
    assert COOKIE_NAME not in sign_in(client, make_user(role="").username).cookies
    assert COOKIE_NAME not in client.get("/accounts/").cookies


def test_it_goes_when_a_session_has_ended_elsewhere(editor):
    client = signed_in(editor)
    client.get("/admin/")
    assert client.get(BAR).status_code == 200
    client.session.flush()
    answer = client.get(BAR)
    assert answer.status_code == 403
    assert answer.cookies[COOKIE_NAME]["max-age"] == 0


def test_no_page_of_readers_sets_it_or_takes_it_away(editor):
    story = make_published_story()
    client = signed_in(editor)
    client.get("/admin/")
    for cookies in ({COOKIE_NAME: "1"}, {}):
        client.cookies.load(cookies)
        for address in ("/", f"/stories/{story.slug}/", "/nowhere/", "/healthz"):
            assert COOKIE_NAME not in client.get(address).cookies
