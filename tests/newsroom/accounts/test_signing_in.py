"""Who comes in, and who does not."""

from urllib.parse import unquote

import pytest
from django.core.management import call_command

from newsroom.accounts.models import User
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


def try_to_sign_in(client, username, password=PASSWORD):
    return client.post(LOGIN, {"login": username, "password": password})


def test_the_desk_sends_strangers_to_the_sign_in_page(client):
    response = client.get("/admin/stories/story/", follow=True)
    address, _ = response.redirect_chain[-1]
    assert unquote(address) == f"{LOGIN}?next=/admin/stories/story/"


def test_signing_in_leads_to_the_desk(client, editor):
    assert try_to_sign_in(client, editor.username)["Location"] == "/admin/"


def test_one_may_sign_in_by_mail_address(client, editor):
    assert try_to_sign_in(client, editor.email)["Location"] == "/admin/"


def test_a_wrong_password_does_not_tell_whether_the_account_exists(client, editor):
    wrong = try_to_sign_in(client, editor.username, "not-the-password")
    unknown = try_to_sign_in(client, "nobody-of-this-name", "not-the-password")
    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert wrong.context["form"].errors


def test_after_many_wrong_passwords_the_right_one_has_to_wait(client, editor):
    for number in range(6):
        try_to_sign_in(client, editor.username, f"guess-{number}")
    assert try_to_sign_in(client, editor.username).status_code != 302


def test_nobody_signs_up(client):
    client.post("/accounts/signup/", {"username": "eve", "email": "eve@lisle.example", "password1": PASSWORD})
    assert not User.objects.filter(username="eve").exists()


def test_an_account_without_a_role_has_no_place_at_the_desk(client):
    client.force_login(make_user(role=""), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/").status_code in {302, 403}


def test_where_a_second_factor_is_demanded_the_desk_waits_for_it(editor_client, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    response = editor_client.get("/admin/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/2fa/")


def test_roles_can_be_brought_up_to_date_at_any_time(editor, capsys):
    editor.groups.get().permissions.clear()
    call_command("setup_roles")
    assert User.objects.get(pk=editor.pk).has_perm("stories.publish_work")
    assert "Writer, Editor, Curator, Administrator" in capsys.readouterr().out


def test_too_many_attempts_are_refused_in_our_own_words(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    try_to_sign_in(client, "nobody", "guess")
    response = try_to_sign_in(client, "nobody", "guess")
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


def test_who_left_is_led_back_to_the_door(client, editor):
    editor.is_active = False
    editor.save()
    response = client.post(LOGIN, {"login": editor.username, "password": PASSWORD}, follow=True)
    assert response.redirect_chain[-1] == (LOGIN, 302)
    assert "This account is currently inactive." in response.content.decode()
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("login", ["a" * 60_000, "a@" * 30_000, "ﷺ" * 30_000])
def test_a_login_longer_than_any_name_is_refused_at_its_field(client, login):
    answer = try_to_sign_in(client, login, "x")
    assert answer.status_code == 200
    assert "login" in answer.context["form"].errors
