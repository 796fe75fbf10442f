"""The cookie that marks browsers of desk users: it is the same for all of them, and set only while one is signed in."""

import pytest
from django.test import Client

from tests.conftest import signed_in
from tests.factories import PASSWORD, make_published_story, make_user

pytestmark = pytest.mark.django_db
BAR = "/admin/bar/"


def sign_in(client, username):
    return client.post("/accounts/login/", {"login": username, "password": PASSWORD})


def test_signing_in_sets_the_cookie_and_signing_out_deletes_it(client, editor):
    cookie = sign_in(client, editor.username).cookies["desk"]
    assert (cookie.value, cookie["path"], cookie["httponly"], cookie["max-age"]) == ("1", "/", "", "")
    assert "desk" not in client.get("/admin/").cookies
    deleted_cookie = client.post("/accounts/logout/").cookies["desk"]
    assert (deleted_cookie.value, deleted_cookie["max-age"]) == ("", 0)


def test_the_cookie_is_the_same_for_all_users():
    people = [make_user(role=role) for role in ("Writer", "Editor", "Curator", "Administrator")]
    assert {sign_in(Client(), person.username).cookies["desk"].OutputString() for person in people} == {
        "desk=1; Path=/; SameSite=Lax"
    }


def test_on_https_the_cookie_is_for_this_host_alone(client, editor, settings):
    settings.SESSION_COOKIE_SECURE = True
    [cookie] = (cookie for name, cookie in sign_in(client, editor.username).cookies.items() if "desk" in name)
    assert cookie.OutputString() == "__Host-desk=1; Path=/; SameSite=Lax; Secure"
    deleted_cookie = client.post("/accounts/logout/").cookies["__Host-desk"]
    assert (deleted_cookie["max-age"], deleted_cookie["secure"], deleted_cookie["path"]) == (0, True, "/")


def test_users_without_access_to_the_desk_get_no_cookie(client):
    assert "desk" not in sign_in(client, make_user(role="").username).cookies
    assert "desk" not in client.get("/accounts/").cookies


def test_the_cookie_is_deleted_after_the_session_has_ended_elsewhere(editor):
    client = signed_in(editor)
    client.get("/admin/")
    assert client.get(BAR).status_code == 200
    client.session.flush()
    response = client.get(BAR)
    assert response.status_code == 403
    assert response.cookies["desk"]["max-age"] == 0


def test_public_pages_neither_set_nor_delete_the_cookie(editor):
    story = make_published_story()
    client = signed_in(editor)
    client.get("/admin/")
    for cookies in ({"desk": "1"}, {}):
        client.cookies.load(cookies)
        for address in ("/", f"/stories/{story.slug}/", "/nowhere/", "/healthz"):
            assert "desk" not in client.get(address).cookies
