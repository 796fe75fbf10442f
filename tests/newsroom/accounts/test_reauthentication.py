"""Who is asked again who they are, before what, and what becomes of what they had written."""

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
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db
BY_PASSWORD = "/accounts/reauthenticate/"  # noqa: S105 -- an address
BY_FACTOR = "/accounts/2fa/reauthenticate/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


@pytest.fixture
def client(administrator):
    return signed_in(administrator, confirmed=False)


@pytest.fixture
def somebody(db):
    return make_user(role="Writer", username="somebody")


def to_editor(client, somebody):
    """Return address and form with which the account becomes an editor's."""
    address = f"/admin/accounts/user/{somebody.pk}/change/"
    return address, filled(client.get(address)) | {"groups": [Group.objects.get(name="Editor").pk]}


def roles_of(user):
    return [group.name for group in user.groups.all()]


def test_a_change_of_roles_waits_for_the_password_and_then_goes_through(client, somebody):
    address, form = to_editor(client, somebody)
    response = client.post(f"{address}?_changelist_filters=is_active__exact%3D1", form)
    assertRedirects(response, f"{BY_PASSWORD}?next={address.replace('/', '%2F')}", fetch_redirect_response=False)
    assert roles_of(somebody) == ["Writer"]
    assert client.post(response["Location"], {"password": "wrong", "next": address}).status_code == 200
    assert roles_of(somebody) == ["Writer"]
    assert client.post(BY_PASSWORD, {"password": PASSWORD, "next": address}).status_code == 302
    assert roles_of(somebody) == ["Editor"]
    _, form = to_editor(client, somebody)
    assert client.post(address, form | {"groups": [Group.objects.get(name="Curator").pk]}).status_code == 302
    assert roles_of(somebody) == ["Curator"]


def test_who_has_a_second_factor_is_asked_for_that_one(client, administrator, somebody):
    secret = generate_totp_secret()
    TOTP.activate(administrator, secret)
    address, form = to_editor(client, somebody)
    assert client.post(address, form)["Location"].startswith(BY_FACTOR)
    assert client.get(BY_PASSWORD).status_code == 302
    client.post(BY_PASSWORD, {"password": PASSWORD, "next": address})
    assert roles_of(somebody) == ["Writer"]
    client.post(address, form)
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    client.post(BY_FACTOR, {"code": code, "next": address})
    assert roles_of(somebody) == ["Editor"]


def test_a_recovery_code_proves_it_too(client, administrator, somebody):
    TOTP.activate(administrator, generate_totp_secret())
    codes = RecoveryCodes.activate(administrator).get_unused_codes()
    address, form = to_editor(client, somebody)
    client.post(address, form)
    client.post(BY_FACTOR, {"code": codes[0], "next": address})
    assert roles_of(somebody) == ["Editor"]


def test_a_proof_counts_for_five_minutes(administrator, somebody, set_time):
    client = signed_in(administrator)
    session = client.session
    now = set_time.moment.timestamp()
    for age, counts in ((299, True), (301, False)):
        session["account_authentication_methods"] = [{"method": "password", "at": now - age}]
        session.save()
        assert (client.get("/admin/accounts/user/add/").status_code == 200) is counts


def test_signing_in_is_a_proof(administrator):
    client = Client()
    client.post("/accounts/login/", {"login": "administrator", "password": PASSWORD})
    assert client.get("/admin/accounts/user/add/").status_code == 200


@pytest.mark.parametrize("address", ["/admin/accounts/user/add/", "/admin/accounts/invitation/add/"])
def test_nobody_makes_an_account_or_invites_unasked(client, address):
    assert client.get(address)["Location"].startswith(BY_PASSWORD)
    assert client.post(address, {"email": "x@lisle.example"})["Location"].startswith(BY_PASSWORD)


def test_a_password_is_not_kept_while_somebody_is_asked(client, somebody):
    address = f"/admin/accounts/user/{somebody.pk}/password/"
    response = client.post(address, {"password1": "words-that-nobody-keeps", "password2": "words-that-nobody-keeps"})
    assert response["Location"] == f"{BY_PASSWORD}?next={address}"
    assert not any("nobody-keeps" in str(session.get_decoded()) for session in Session.objects.all())
    somebody.refresh_from_db()
    assert somebody.check_password(PASSWORD)


def test_nothing_is_erased_before_the_person_is_asked_and_what_they_wrote_is_kept(client, administrator):
    story = make_story()
    address = f"/admin/stories/story/{story.pk}/erase/"
    form = {"what": "page", "reason": "Order 7", "meant": "ERASE"}
    assert client.get(address)["Location"].startswith(BY_PASSWORD)
    assert client.post(address, form)["Location"].startswith(BY_PASSWORD)
    assert not Erasure.objects.exists()
    client.post(BY_PASSWORD, {"password": PASSWORD, "next": address})
    assert Erasure.objects.get().reason == "Order 7"


def test_who_may_not_is_refused_and_not_asked(editor):
    client = signed_in(editor, confirmed=False)
    assert client.get("/admin/accounts/user/add/").status_code == 403
    assert client.get(f"/admin/stories/story/{make_story().pk}/erase/").status_code == 403
    assert not Authenticator.objects.exists()
    assert User.objects.count() == 1


def test_a_role_that_is_none_is_refused_in_a_sentence(administrator, somebody):
    client = signed_in(administrator)
    address, form = to_editor(client, somebody)
    for wrong in ("9" * 30, "x", "-1"):
        assertContains(client.post(address, form | {"groups": [wrong]}), "roles that there are")
    assert roles_of(somebody) == ["Writer"]
