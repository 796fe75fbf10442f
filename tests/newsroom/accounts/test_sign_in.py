"""Signing in: who can sign in, and where users are redirected."""

from urllib.parse import unquote

import pytest
from django.core.management import call_command
from pytest_django.asserts import assertContains, assertTemplateUsed

from newsroom.accounts.adapter import ClosedAccountAdapter
from newsroom.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def sign_in(client, username, password=PASSWORD):
    return client.post(LOGIN, {"login": username, "password": password})


def test_anonymous_users_are_redirected_to_the_sign_in_page(client):
    response = client.get("/admin/stories/story/", follow=True)
    address, _ = response.redirect_chain[-1]
    assert unquote(address) == f"{LOGIN}?next=/admin/stories/story/"


def test_signing_in_redirects_to_the_desk(client, editor):
    assert sign_in(client, editor.username)["Location"] == "/admin/"


def test_users_can_sign_in_with_their_e_mail_address(client, editor):
    assert sign_in(client, editor.email)["Location"] == "/admin/"


def test_a_wrong_password_does_not_reveal_whether_the_account_exists(client, editor):
    known_user = sign_in(client, editor.username, "not-the-password")
    unknown_user = sign_in(client, "nobody-of-this-name", "not-the-password")
    assert known_user.context["form"].errors == unknown_user.context["form"].errors
    assert known_user.context["form"].errors


def test_after_many_wrong_passwords_the_right_one_is_refused(client, editor):
    for number in range(6):
        sign_in(client, editor.username, f"guess-{number}")
    assert sign_in(client, editor.username).status_code != 302


def test_sign_up_is_not_possible(client):
    client.post("/accounts/signup/", {"username": "eve", "email": "eve@lisle.example", "password1": PASSWORD})
    assert not User.objects.filter(username="eve").exists()


def test_an_account_without_a_role_cannot_enter_the_desk(client):
    client.force_login(make_user(role=""), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code in {302, 403}


def test_a_required_second_factor_closes_the_desk_until_it_is_set_up(editor_client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    response = editor_client.get("/admin/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


def test_the_command_updates_roles(editor, capsys):
    editor.groups.get().permissions.clear()
    call_command("setup_roles")
    assert User.objects.get(pk=editor.pk).has_perm("stories.publish_work")
    assert "Writer, Editor, Curator, Administrator" in capsys.readouterr().out


def test_too_many_attempts_are_refused_with_our_own_message(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, "nobody", "guess")
    response = sign_in(client, "nobody", "guess")
    assert response.status_code == 429
    assertTemplateUsed(response, "429.html")
    assertContains(response, "<span>429</span>", status_code=429)


def test_an_inactive_user_is_redirected_to_the_sign_in_page(client, editor):
    editor.is_active = False
    editor.save()
    response = client.post(LOGIN, {"login": editor.username, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1] == (LOGIN, 302)
    (message,) = response.context["messages"]
    assert str(message) == ClosedAccountAdapter.error_messages["account_inactive"]
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("login", ["a" * 60_000, "a@" * 30_000, "ﷺ" * 30_000])
def test_an_overlong_login_name_is_a_field_error(client, login):
    response = sign_in(client, login, "x")
    assert response.status_code == 200
    assert "login" in response.context["form"].errors
