"""A site where single sign-on is required: passwords and passkeys sign in the emergency administrator alone."""

import pytest
from allauth.account.models import Login
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage import default_storage
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError
from django.test import Client, RequestFactory
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts.invitations import create_invitation
from newsroom.accounts.models import User
from newsroom.accounts.single_sign_on.checks import check_configuration
from newsroom.http import clock
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_user
from tests.newsroom.accounts.single_sign_on.stub_provider import EMAIL, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _only_provider(provider, settings):
    settings.OIDC_ONLY = True


@pytest.fixture
def emergency(db):
    return make_user(role="Administrator", username="emergency", is_emergency_administrator=True)


def sign_in_with_password(user, password=PASSWORD):
    client = Client()
    response = client.post("/accounts/login/", {"login": user.username, "password": password})
    return client, response


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_the_sign_in_page_keeps_the_password_for_emergencies(client):
    page = client.get("/accounts/login/")
    assertContains(page, "Sign in with Example SSO")
    assertContains(page, "Emergency sign-in")
    assertNotContains(page, "Or with your password")


def test_a_right_password_signs_nobody_in(editor, administrator):
    for user in (editor, administrator):
        client, response = sign_in_with_password(user)
        _, wrong = sign_in_with_password(user, "not-the-password")
        assert not is_signed_in(client)
        assert response.context["form"].errors == wrong.context["form"].errors


def test_the_emergency_administrator_signs_in_with_a_password(emergency):
    client, response = sign_in_with_password(emergency)
    assert (response["Location"], is_signed_in(client)) == ("/admin/", True)


def test_the_emergency_administrator_may_use_the_provider_too(emergency, provider):
    provider.person["email"] = emergency.email
    client = Client()
    sign_in(client, provider)
    assert is_signed_in(client)


def test_others_sign_in_with_the_provider(provider):
    make_user(email=EMAIL)
    client = Client()
    sign_in(client, provider)
    assert is_signed_in(client)


def sign_in_with_passkey(user):
    """Go on from where allauth has verified a passkey of the user."""
    passkey = Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Key"})
    client = Client()
    request = RequestFactory().post("/accounts/2fa/webauthn/login/")
    request.session, request.user = client.session, AnonymousUser()
    request._messages = default_storage(request)
    with context.request_context(request):
        response = perform_passwordless_login(request, passkey, Login(user=user))
    return response["Location"]


def test_a_passkey_alone_signs_in_the_emergency_administrator_only(editor, emergency):
    assert sign_in_with_passkey(editor) == "/accounts/login/"
    assert sign_in_with_passkey(emergency) == "/admin/"


def test_no_password_can_be_reset_changed_or_set(editor, emergency):
    Client().post("/accounts/password/reset/", {"email": editor.email})
    [message] = mail.outbox
    assert "/reset/key/" not in message.body
    assert "sign in with Example SSO" in message.body
    for address in ("/accounts/password/change/", "/accounts/password/set/"):
        assert signed_in(editor).get(address).status_code == 403
        assert signed_in(emergency).get(address).status_code in {200, 302}
    assertNotContains(signed_in(editor).get("/accounts/"), "/accounts/password/change/")


def test_the_emergency_administrator_can_reset_the_password(emergency):
    Client().post("/accounts/password/reset/", {"email": emergency.email})
    assert "/reset/key/" in mail.outbox[0].body


def test_an_invitation_makes_an_account_without_a_password(administrator, provider):
    new = create_invitation(EMAIL, roles=[], by=administrator, at=clock.now())
    client, path = Client(), new.url.removeprefix("http://testserver")
    assertNotContains(client.get(path), 'type="password"')
    response = client.post(path, {"first_name": "Ana", "username": "ana"})
    assert (response["Location"], is_signed_in(client)) == ("/accounts/login/", False)
    sign_in(client, provider)
    assert client.session["_auth_user_id"] == str(User.objects.get(username="ana").pk)


def test_an_invitation_may_make_an_account_with_a_password_where_one_can_be_used(administrator, settings):
    settings.OIDC_ONLY = False
    for name, passwords in (("ana", {}), ("cem", {"password": PASSWORD, "again": PASSWORD})):
        new = create_invitation(f"{name}@lisle.example", roles=[], by=administrator, at=clock.now())
        client = Client()
        client.post(new.url.removeprefix("http://testserver"), {"first_name": name, "username": name, **passwords})
        assert is_signed_in(client) is bool(passwords)


def test_an_account_added_by_hand_has_no_password(administrator):
    client = signed_in(administrator)
    assertNotContains(client.get("/admin/accounts/user/add/"), 'name="password1"')
    client.post("/admin/accounts/user/add/", {"username": "ana", "email": EMAIL})
    user = User.objects.get(username="ana")
    assert (user.password.startswith("!"), user.is_staff) == (True, True)


def test_a_password_that_cannot_be_used_does_not_prove_who_one_is(provider, administrator, editor):
    User.objects.filter(pk=administrator.pk).update(email=EMAIL)
    client = Client()
    sign_in(client, provider)
    assert client.get("/accounts/reauthenticate/")["Location"].startswith("/accounts/sso/reauthenticate/")


# The emergency administrator


def test_there_is_one_emergency_administrator_at_most(emergency, administrator):
    administrator.is_emergency_administrator = True
    with pytest.raises(ValidationError, match="Another account is the emergency administrator"):
        administrator.full_clean()
    with pytest.raises(IntegrityError):
        administrator.save()


def fill(client, user, **values):
    form = client.get(f"/admin/accounts/user/{user.pk}/change/").context["adminform"].form
    shown = {
        name: form.initial.get(name)
        for name in ("username", "first_name", "last_name", "email", "is_staff", "is_active")
    }
    groups = [group.pk for group in user.groups.all()]
    data = {name: value for name, value in {**shown, **values}.items() if value}
    return client.post(f"/admin/accounts/user/{user.pk}/change/", {**data, "groups": groups})


def test_an_administrator_names_the_emergency_administrator(administrator, editor):
    client = signed_in(administrator)
    assertContains(fill(client, editor, is_emergency_administrator="on"), "Only an administrator can be")
    fill(client, administrator, is_emergency_administrator="on")
    assert list(User.objects.filter(is_emergency_administrator=True)) == [administrator]


def test_the_field_is_shown_with_a_provider_only(administrator, settings):
    address, client = f"/admin/accounts/user/{administrator.pk}/change/", signed_in(administrator)
    assertContains(client.get(address), "is_emergency_administrator")
    settings.OIDC_ISSUER, settings.OIDC_ONLY = "", False
    assertNotContains(client.get(address), "is_emergency_administrator")


def test_the_command_names_another_emergency_administrator(emergency, capsys):
    call_command("create_administrator", "ana@lisle.example", emergency=True)
    assert "/accounts/password/reset/key/" in capsys.readouterr().out
    assert [user.email for user in User.objects.filter(is_emergency_administrator=True)] == ["ana@lisle.example"]


def test_the_command_says_that_others_sign_in_with_the_provider(capsys):
    call_command("create_administrator", "ana@lisle.example")
    assert capsys.readouterr().out == "ana@lisle.example is an administrator, and signs in with Example SSO.\n"


def test_single_sign_on_cannot_be_required_without_a_provider(settings):
    settings.OIDC_ISSUER = settings.OIDC_CLIENT_ID = settings.OIDC_CLIENT_SECRET = ""
    assert [message.id for message in check_configuration(None)] == ["accounts.E004"]
    assert not SocialAccount.objects.exists()
