"""Signing in: a single sign-in page, rate limits, no sign-up, and a second factor if the settings require one."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def sign_in(client, *, login="editor", password=PASSWORD):
    return client.post(LOGIN, {"login": login, "password": password})


@pytest.mark.parametrize("login", ["editor", "editor@lisle.example"])
def test_a_user_name_or_address_and_the_password_lead_to_the_desk(client, editor, login):
    editor.email = "editor@lisle.example"
    editor.save()
    assertRedirects(sign_in(client, login=login), "/admin/", fetch_redirect_response=False)
    assert client.get("/admin/").status_code == 200


def test_anonymous_users_are_redirected_to_the_sign_in_page(client):
    response = client.get("/admin/stories/story/", follow=True)
    assert response.redirect_chain[-1][0].startswith(LOGIN)


def test_an_account_without_a_role_cannot_enter_the_desk(client):
    make_user(role="", username="reader")
    sign_in(client, login="reader")
    assert client.get("/admin/").status_code in {302, 403}
    assert client.get("/admin/stories/story/").status_code in {302, 403}


def test_after_too_many_attempts_even_the_right_password_is_refused(client, editor):
    for attempt in range(6):
        sign_in(client, password=f"wrong-{attempt}")
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def list_login_variants(account):
    """Return pairs of a login name and a host, keyed by what varies. All pairs identify the same account."""
    names = (account.username, account.username.upper(), account.email, account.email.title(), f" {account.email} ")
    hosts = ("testserver", "testserver:81", "testserver:8443", "localhost", "127.0.0.1:1")
    return {
        "ports": [(account.username, f"testserver:{port}") for port in range(8001, 8006)],
        "hosts": [(account.username, host) for host in hosts],
        "names": [(name, "testserver") for name in names],
        "both": list(zip(names, hosts, strict=True)),
    }


@pytest.mark.parametrize("variant", ["ports", "hosts", "names", "both"])
def test_wrong_passwords_count_for_the_account_whatever_the_host_or_login_name(editor, variant):
    for number, (name, host) in enumerate(list_login_variants(editor)[variant]):
        form = {"login": name, "password": f"wrong-{number}"}
        assert Client(headers={"host": host}).post(LOGIN, form).status_code == 200
    sixth = Client(headers={"host": "testserver:9999"}).post(LOGIN, {"login": editor.username, "password": PASSWORD})
    assert sixth.status_code == 429
    assert "_auth_user_id" not in sixth.client.session


def test_wrong_passwords_for_one_account_do_not_lock_out_others(client, editor, writer):
    for number in range(6):
        sign_in(client, password=f"wrong-{number}")
    assert sign_in(client, login=writer.username).status_code == 302


def test_unknown_login_names_are_limited_separately(client, db):
    answers = [sign_in(client, login=name).status_code for name in ["nobody"] * 5 + ["NOBODY", "somebody"]]
    assert answers == [200] * 5 + [429, 200]


def test_the_cache_for_rate_limits_is_shared_by_all_processes(settings):
    assert settings.CACHES["default"]["BACKEND"].endswith(("DatabaseCache", "RedisCache"))


def test_nobody_can_sign_up(client):
    client.post("/accounts/signup/", {"username": "eve", "email": "e@lisle.example", "password1": PASSWORD})
    assert not type(make_user()).objects.filter(username="eve").exists()
    assert b'name="password1"' not in client.get("/accounts/signup/").content


def test_a_password_reset_does_not_reveal_who_has_an_account(client, editor):
    known = client.post("/accounts/password/reset/", {"email": editor.email}, follow=True)
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@lisle.example"}, follow=True)
    assert known.redirect_chain == unknown.redirect_chain
    assert [message.to for message in mail.outbox if "/accounts/password/reset/key/" in message.body] == [
        [editor.email]
    ]


def test_a_required_second_factor_closes_the_desk_until_it_is_set_up(client, editor, settings):
    settings.REQUIRE_SECOND_FACTOR = True
    sign_in(client)
    assertRedirects(client.get("/admin/"), "/accounts/2fa/", fetch_redirect_response=False)
    Authenticator.objects.create(user=editor, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert client.get("/admin/").status_code == 200


def test_the_sign_in_page_has_labels_and_no_way_to_sign_up(client):
    response = client.get(LOGIN)
    assertContains(response, "<label", count=2)
    assert b"/accounts/signup/" not in response.content
