"""The cookie that marks browsers of desk users: it is the same for all of them, and set only while one is signed in."""

import pytest
from django.test import Client

from newsroom.accounts.staff_cookie import COOKIE_NAME
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_published_story, make_user

pytestmark = pytest.mark.django_db
BAR = "/admin/bar/"


def sign_in(client, username):
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


def test_signing_in_sets_the_cookie_and_signing_out_deletes_it(client, editor):
    cookie = sign_in(client, editor.username).cookies[COOKIE_NAME]
    assert (cookie.value, cookie["path"], cookie["httponly"], cookie["max-age"]) == ("1", "/", "", "")
    assert COOKIE_NAME not in client.get("/admin/").cookies
    deleted_cookie = client.post("/accounts/logout/").cookies[COOKIE_NAME]
    assert (deleted_cookie.value, deleted_cookie["max-age"]) == ("", 0)


def test_the_cookie_is_the_same_for_all_users():
    people = [make_user(role=role) for role in ("Writer", "Editor", "Curator", "Administrator")]
    assert {sign_in(Client(), person.username).cookies[COOKIE_NAME].OutputString() for person in people} == {
        "desk=1; Path=/; SameSite=Lax"
    }


def test_the_cookie_is_secure_if_the_session_cookie_is(client, editor, settings):
    settings.SESSION_COOKIE_SECURE = True
    assert sign_in(client, editor.username).cookies[COOKIE_NAME]["secure"]


def test_users_without_access_to_the_desk_get_no_cookie(client):
    assert COOKIE_NAME not in sign_in(client, make_user(role="").username).cookies
    assert COOKIE_NAME not in client.get("/accounts/").cookies


def test_the_cookie_is_deleted_after_the_session_has_ended_elsewhere(editor):
    client = signed_in(editor)
    client.get("/admin/")
    assert client.get(BAR).status_code == 200
    client.session.flush()
    response = client.get(BAR)
    assert response.status_code == 403
    assert response.cookies[COOKIE_NAME]["max-age"] == 0


def test_public_pages_neither_set_nor_delete_the_cookie(editor):
    story = make_published_story()
    client = signed_in(editor)
    client.get("/admin/")
    for cookies in ({COOKIE_NAME: "1"}, {}):
        client.cookies.load(cookies)
        for address in ("/", f"/stories/{story.slug}/", "/nowhere/", "/healthz"):
            assert COOKIE_NAME not in client.get(address).cookies
