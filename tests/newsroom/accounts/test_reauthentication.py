"""Reauthentication: who has to reauthenticate, for which actions, and what happens to the submitted form."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertRedirects

from newsroom.accounts.models import User
from newsroom.audit.models import Erasure
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_story, make_user
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db
PASSWORD_ADDRESS = "/accounts/reauthenticate/"  # noqa: S105 -- an address
FACTOR_ADDRESS = "/accounts/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


@pytest.fixture
def client(administrator):
    return signed_in(administrator, methods=())


@pytest.fixture
def account(db):
    return make_user(role="Writer", username="somebody")


def fill_in_editor_role(client, account):
    """Return the address and the data of the form that gives the account the role of editor."""
    address = f"/admin/accounts/user/{account.pk}/change/"
    return address, filled(client.get(address)) | {"groups": [Group.objects.get(name="Editor").pk]}


def list_roles(user):
    return [group.name for group in user.groups.all()]


def test_a_change_of_roles_is_saved_after_the_password_was_entered(client, account):
    address, form = fill_in_editor_role(client, account)
    response = client.post(f"{address}?_changelist_filters=is_active__exact%3D1", form)
    assertRedirects(response, f"{PASSWORD_ADDRESS}?next={address.replace('/', '%2F')}", fetch_redirect_response=False)
    assert list_roles(account) == ["Writer"]
    assert client.post(response["Location"], {"password": "wrong", "next": address}).status_code == 200
    assert list_roles(account) == ["Writer"]
    assert client.post(PASSWORD_ADDRESS, {"password": PASSWORD, "next": address}).status_code == 302
    assert list_roles(account) == ["Editor"]
    _, form = fill_in_editor_role(client, account)
    assert client.post(address, form | {"groups": [Group.objects.get(name="Curator").pk]}).status_code == 302
    assert list_roles(account) == ["Curator"]


def test_users_with_a_second_factor_have_to_use_it(client, administrator, account):
    secret = generate_totp_secret()
    TOTP.activate(administrator, secret)
    address, form = fill_in_editor_role(client, account)
    assert client.post(address, form)["Location"].startswith(FACTOR_ADDRESS)
    assert client.get(PASSWORD_ADDRESS).status_code == 302
    client.post(PASSWORD_ADDRESS, {"password": PASSWORD, "next": address})
    assert list_roles(account) == ["Writer"]
    client.post(address, form)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post(FACTOR_ADDRESS, {"code": code, "next": address})
    assert list_roles(account) == ["Editor"]


def test_a_recovery_code_can_be_used(client, administrator, account):
    TOTP.activate(administrator, generate_totp_secret())
    codes = RecoveryCodes.activate(administrator).get_unused_codes()
    address, form = fill_in_editor_role(client, account)
    client.post(address, form)
    client.post(FACTOR_ADDRESS, {"code": codes[0], "next": address})
    assert list_roles(account) == ["Editor"]


def test_a_reauthentication_is_valid_for_five_minutes(administrator, account, set_time):
    client = signed_in(administrator)
    session = client.session
    now = set_time.moment.timestamp()
    for age, is_valid in ((299, True), (301, False)):
        session["account_authentication_methods"] = [{"method": "password", "at": now - age}]
        session.save()
        assert (client.get("/admin/accounts/user/add/").status_code == 200) is is_valid


def test_signing_in_counts_as_reauthentication(administrator):
    client = Client()
    client.post("/accounts/login/", {"login": "administrator", "password": PASSWORD})
    assert client.get("/admin/accounts/user/add/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/accounts/user/add/", "/admin/accounts/invitation/add/"])
def test_creating_accounts_and_inviting_require_reauthentication(client, address):
    assert client.get(address)["Location"].startswith(PASSWORD_ADDRESS)
    assert client.post(address, {"email": "x@lisle.example"})["Location"].startswith(PASSWORD_ADDRESS)


def test_a_submitted_password_is_not_stored_during_reauthentication(client, account):
    address = f"/admin/accounts/user/{account.pk}/password/"
    response = client.post(address, {"password1": "words-that-nobody-keeps", "password2": "words-that-nobody-keeps"})
    assert response["Location"] == f"{PASSWORD_ADDRESS}?next={address}"
    assert not any("nobody-keeps" in str(session.get_decoded()) for session in Session.objects.all())
    account.refresh_from_db()
    assert account.check_password(PASSWORD)


def test_erasing_requires_reauthentication_and_keeps_the_form(client, administrator):
    story = make_story()
    address = f"/admin/stories/story/{story.pk}/erase/"
    form = {"what": "page", "reason": "Order 7", "meant": "ERASE"}
    assert client.get(address)["Location"].startswith(PASSWORD_ADDRESS)
    assert client.post(address, form)["Location"].startswith(PASSWORD_ADDRESS)
    assert not Erasure.objects.exists()
    client.post(PASSWORD_ADDRESS, {"password": PASSWORD, "next": address})
    assert Erasure.objects.get().reason == "Order 7"


def test_users_without_the_permission_are_refused_without_reauthentication(editor):
    client = signed_in(editor, methods=())
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get(f"/admin/stories/story/{make_story().pk}/erase/").status_code == 403
    assert not Authenticator.objects.exists()
    assert User.objects.count() == 1


def test_an_invalid_role_is_refused_with_a_message(administrator, account):
    client = signed_in(administrator)
    address, form = fill_in_editor_role(client, account)
    for invalid in ("9" * 30, "x", "-1"):
        response = client.post(address, form | {"groups": [invalid]})
        errors = response.context["adminform"].form.errors
        assert errors.as_data()["groups"][0].code == "invalid_choice"
        assertContains(response, errors["groups"][0])
    assert list_roles(account) == ["Writer"]
