"""Which second factor counts, and how people prove again who they are."""

import time
from urllib.parse import unquote

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client

from newsroom.accounts.models import User
from newsroom.audit.models import AccessEntry
from tests.factories import make_user
from tests.newsroom.accounts.single_sign_on.stub_provider import EMAIL, go_to_provider, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana(db):
    """Return an administrator without a password."""
    user = make_user(role="Administrator", username="ana", email=EMAIL)
    user.set_unusable_password()
    user.save()
    return user


@pytest.fixture
def _trusts_provider(settings):
    settings.REQUIRE_SECOND_FACTOR, settings.OIDC_SECOND_FACTOR = True, "provider"


def follow_reauthentication(client, provider, response):
    """Go from a redirect to the page that asks again, to the provider and back. Return the last answer."""
    assert response["Location"].startswith("/accounts/sso/reauthenticate/"), response["Location"]
    page = client.get(response["Location"])
    return client.get(provider.authorize(client.get(page.context["sso_url"])["Location"]))


def is_signed_in(client):
    return "_auth_user_id" in client.session


# The second factor


@pytest.mark.usefixtures("_trusts_provider")
@pytest.mark.parametrize("methods", [None, ["mfa"], ["pwd", "otp"], ["hwk"]], ids=str)
def test_the_provider_may_be_trusted_to_ask_for_it(client, provider, ana, methods):
    provider.claims["amr"] = methods
    TOTP.activate(ana, generate_totp_secret())
    assert sign_in(client, provider)["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.usefixtures("_trusts_provider")
def test_an_account_without_one_may_enter(client, provider, ana):
    sign_in(client, provider)
    assert client.get("/admin/").status_code == 200
    assert b"You need it to use the desk" not in client.get("/accounts/").content


@pytest.mark.usefixtures("_trusts_provider")
def test_a_provider_that_says_that_it_asked_for_a_password_only_is_not_trusted(client, provider, ana):
    provider.claims["amr"] = ["pwd"]
    sign_in(client, provider)
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    TOTP.activate(ana, generate_totp_secret())
    assert sign_in(Client(), provider)["Location"] == "/accounts/2fa/authenticate/"


@pytest.mark.usefixtures("_trusts_provider")
def test_whoever_signs_in_with_a_password_needs_one_here(client, provider, editor):
    client.force_login(editor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


@pytest.mark.usefixtures("_trusts_provider")
def test_sessions_need_one_as_soon_as_the_provider_is_no_longer_trusted(client, provider, ana, settings):
    sign_in(client, provider)
    settings.OIDC_SECOND_FACTOR = "ours"
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


# Proving again who one is


def change(user, client):
    """Try to change an account, which needs a recent proof."""
    return client.post(f"/admin/accounts/user/{user.pk}/change/", {"username": "changed"})


def is_changed(user):
    return User.objects.get(pk=user.pk).username == "changed"


@pytest.fixture
def old_sign_in(client, provider, ana, settings):
    """Sign in at a provider that asked for a password an hour ago."""
    settings.REQUIRE_SECOND_FACTOR = False
    provider.claims["auth_time"] = int(time.time()) - 3600
    sign_in(client, provider)
    provider.claims["auth_time"] = None
    return client


def test_a_recent_sign_in_at_the_provider_counts(client, provider, ana, editor):
    sign_in(client, provider)
    change(editor, client)
    assert is_changed(editor)


def test_an_old_sign_in_at_the_provider_does_not_count(old_sign_in, editor):
    location = unquote(change(editor, old_sign_in)["Location"])
    assert location == f"/accounts/sso/reauthenticate/?next=/admin/accounts/user/{editor.pk}/change/"


def test_the_request_goes_on_after_the_provider_asked_again(old_sign_in, provider, editor):
    response = change(editor, old_sign_in)
    assert not is_changed(editor)
    follow_reauthentication(old_sign_in, provider, response)
    assert is_changed(editor)


def test_the_provider_is_told_to_ask_again(old_sign_in, provider):
    address = go_to_provider(old_sign_in, "?reauthenticate=1")
    assert "prompt=login" in address
    assert "max_age=0" in address


def test_a_provider_that_did_not_ask_again_is_refused(old_sign_in, provider, editor):
    response = change(editor, old_sign_in)
    provider.claims["auth_time"] = int(time.time()) - 600
    page = follow_reauthentication(old_sign_in, provider, response)
    assert (page.status_code, "did not ask you" in page.context["message"]) == (403, True)
    assert not is_changed(editor)


def test_somebody_else_cannot_prove_it(old_sign_in, provider, editor):
    response = change(editor, old_sign_in)
    provider.person["sub"] = "another"
    page = follow_reauthentication(old_sign_in, provider, response)
    assert (page.status_code, "as someone else" in page.context["message"]) == (403, True)
    assert is_signed_in(old_sign_in)
    assert not is_changed(editor)
    assert not AccessEntry.objects.filter(verb="permission refused").exists()


def test_an_answer_to_a_reauthentication_signs_nobody_in(old_sign_in, provider):
    path = provider.authorize(go_to_provider(old_sign_in, "?reauthenticate=1"))
    old_sign_in.logout()
    assert old_sign_in.get(path).status_code == 400
    assert not is_signed_in(old_sign_in)


def test_a_first_second_factor_needs_a_recent_sign_in(old_sign_in, provider):
    response = old_sign_in.get("/accounts/2fa/totp/activate/")
    assert follow_reauthentication(old_sign_in, provider, response)["Location"] == "/accounts/2fa/totp/activate/"
    assert old_sign_in.get("/accounts/2fa/totp/activate/").status_code == 200


def test_with_a_second_factor_here_the_provider_proves_nothing(old_sign_in, ana, editor):
    TOTP.activate(ana, generate_totp_secret())
    assert change(editor, old_sign_in)["Location"].startswith("/accounts/2fa/reauthenticate/")


@pytest.mark.usefixtures("_trusts_provider")
def test_a_trusted_provider_proves_it_beside_a_second_factor_here(client, provider, ana, editor):
    TOTP.activate(ana, generate_totp_secret())
    provider.claims["auth_time"] = int(time.time()) - 3600
    sign_in(client, provider)
    provider.claims["auth_time"] = None
    response = change(editor, client)
    page = client.get(response["Location"])
    assert [each["id"] for each in page.context["reauthentication_alternatives"]] == ["mfa_reauthenticate"]
    follow_reauthentication(client, provider, response)
    assert is_changed(editor)


def test_an_account_without_an_identity_is_not_sent_to_the_provider(client, provider, administrator, editor):
    client.force_login(administrator, backend="django.contrib.auth.backends.ModelBackend")
    assert change(editor, client)["Location"].startswith("/accounts/reauthenticate/")
    assert not is_changed(editor)


def test_only_people_who_are_signed_in_are_asked_again(client, provider):
    assert client.get("/accounts/sso/reauthenticate/")["Location"].startswith("/accounts/login/")
    assert client.get("/accounts/sso/?reauthenticate=1")["Location"] == "/accounts/login/"
