"""Account pages: signing in, invitations, the user's own account, passwords and second factors."""

import re
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from newsroom.accounts import invitations, login
from newsroom.accounts.models import User
from newsroom.accounts.single_sign_on import discovery
from newsroom.accounts.single_sign_on.errors import ProviderError
from newsroom.http import clock
from tests.conftest import signed_in
from tests.factories import PASSWORD, make_user
from tests.newsroom.accounts.single_sign_on import urls

LOGIN = "/accounts/login/"
FIREFOX = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
NEW_PASSWORD = "another-long-password"  # noqa: S105 -- for accounts that exist only during a test
PASSKEY = {"name": "Key on the ring", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}


def open_pages() -> Iterator[tuple[str, Any]]:
    """Yield the response to each step of people with and without an account."""
    editor = make_user(role="Editor", username="editor", first_name="Ana", last_name="Kestrel")
    yield from _sign_in(editor)
    yield from _reset_password(editor)
    yield from _accept_invitation()
    yield from _manage_account(editor)
    yield from _change_password(editor)
    yield from _set_up_second_factor(editor)
    yield from _sign_in_with_provider(editor)


def _sign_in(editor: User) -> Iterator[tuple[str, Any]]:
    client, form = Client(headers=FIREFOX), {"login": editor.username, "password": PASSWORD}
    yield "sign in", client.get(LOGIN)
    yield "sign in, empty", client.post(LOGIN, {})
    yield "sign in, wrong password", client.post(LOGIN, form | {"password": "a guess"})
    yield "sign in, long name", client.post(LOGIN, form | {"login": "x" * 300})
    guesses = [client.post(LOGIN, form | {"password": "a guess"}) for _ in range(5)]
    yield "sign in, too many wrong passwords", guesses[-1]
    cache.clear()
    former = make_user(username="former", is_active=False)
    yield "sign in, without access", client.post(LOGIN, form | {"login": former.username}, follow=True)
    yield "sign in, to the inbox", client.post(f"{LOGIN}?next=/admin/notices/", form, follow=True)
    yield "signed in", client.get("/accounts/signed-in/")
    yield "signed in without a role", signed_in(make_user(role="", username="reader")).get("/accounts/signed-in/")
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        yield "signed in without a second factor", client.get("/accounts/signed-in/")
        yield "account without the second factor that the desk asks for", client.get("/accounts/")
    yield "sign out", client.get("/accounts/logout/")
    yield "signed out", client.post("/accounts/logout/", follow=True)


def _reset_password(editor: User) -> Iterator[tuple[str, Any]]:
    address, client = "/accounts/password/reset/", Client()
    yield "reset without mail", client.get(address)
    with override_settings(EMAIL_CONFIGURED=True):
        yield "reset", client.get(address)
        yield "reset, no address", client.post(address, {"email": "nobody"})
        requests = [client.post(address, {"email": "nobody@lisle.example"}) for _ in range(6)]
        yield "reset, too many requests", requests[-1]
        cache.clear()
        yield "reset, sent", client.post(address, {"email": editor.email}, follow=True)
    with override_settings(EMAIL_CONFIGURED=True, QUIET=True):
        yield "reset on a quiet site", client.get(address)
    link = re.search(r"/accounts/password/reset/key/\S+", str(mail.outbox[-1].body))
    assert link
    yield "reset, unknown link", client.get("/accounts/password/reset/key/1-set-password/", follow=True)
    page = client.get(link[0], follow=True)
    yield "reset, new password", page
    form_address = page.redirect_chain[-1][0]
    yield "reset, short password", client.post(form_address, {"password1": "short", "password2": "other"})
    passwords = {"password1": PASSWORD, "password2": PASSWORD}
    yield "reset, done", client.post(form_address, passwords, follow=True)
    editor.refresh_from_db()  # a session is bound to the stored password
    yield "reset, used link", client.get(link[0], follow=True)


def _accept_invitation() -> Iterator[tuple[str, Any]]:
    administrator, client = make_user(role="Administrator", username="administrator"), Client()
    invited = invitations.create_invitation(
        "jonas@lisle.example", roles=[Group.objects.get(name="Writer")], by=administrator, at=clock.now()
    )
    address = reverse("invitation", args=[invited.token])
    form = {"first_name": "Jonas", "last_name": "Adebar", "username": "jonas", "password": PASSWORD, "again": PASSWORD}
    yield "invitation", client.get(address)
    yield "invitation, empty", client.post(address, {"first_name": ""})
    yield "invitation, two passwords", client.post(address, form | {"again": NEW_PASSWORD})
    yield "invitation, short password", client.post(address, form | {"password": "jonas", "again": "jonas"})
    yield "invitation, taken name", client.post(address, form | {"username": administrator.username})
    yield "invitation, somebody is signed in", signed_in(administrator).get(address)
    yield "invitation, taken up", client.post(address, form, follow=True)
    yield "invitation, used", Client().get(address)
    with patch.object(login, "MAX_ATTEMPTS", 0):
        yield "invitation, too many attempts", Client().get(address)


def _manage_account(editor: User) -> Iterator[tuple[str, Any]]:
    client = Client(headers=FIREFOX)
    client.post(LOGIN, {"login": editor.username, "password": PASSWORD})
    yield "account", client.get("/accounts/")
    yield "account without a role", signed_in(make_user(role="", username="guest")).get("/accounts/")
    for _ in range(2):
        Client().post(LOGIN, {"login": editor.username, "password": PASSWORD})
    yield "account with several sessions", client.get("/accounts/")
    yield "sessions", client.get("/accounts/sessions/")
    other = UserSession.objects.filter(user=editor).exclude(session_key=client.session.session_key).latest("pk")
    yield "sessions, one ended", client.post(reverse("end_session", args=[other.pk]), follow=True)
    yield "sessions, all others ended", client.post("/accounts/sessions/", follow=True)


def _change_password(editor: User) -> Iterator[tuple[str, Any]]:
    address, client = "/accounts/password/change/", signed_in(editor)
    yield "change password", client.get(address)
    wrong = {"oldpassword": "a guess", "password1": "12345", "password2": "1234"}
    yield "change password, wrong", client.post(address, wrong)
    right = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    yield "change password, done", client.post(address, right, follow=True)
    editor.refresh_from_db()
    without = make_user(username="without-password")
    without.set_unusable_password()
    without.save()
    client = signed_in(without)
    yield "set password", client.get("/accounts/password/set/")
    yield (
        "set password, done",
        client.post("/accounts/password/set/", {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True),
    )
    unconfirmed = signed_in(editor, methods=())
    yield "prove who you are", unconfirmed.get("/accounts/reauthenticate/")
    yield "prove who you are, wrong password", unconfirmed.post("/accounts/reauthenticate/", {"password": "a guess"})
    administrator = signed_in(User.objects.get(username="administrator"), methods=())
    password = reverse("admin:auth_user_password_change", args=[editor.pk])
    yield "prove who you are, a password was sent", administrator.post(password, {"password1": "x"}, follow=True)


def _set_up_second_factor(editor: User) -> Iterator[tuple[str, Any]]:
    client = Client()
    client.post(LOGIN, {"login": editor.username, "password": NEW_PASSWORD})  # also proves who it is
    yield "second factor, none", client.get("/accounts/2fa/")
    yield "app", client.get("/accounts/2fa/totp/activate/")
    yield "app, empty code", client.post("/accounts/2fa/totp/activate/", {"code": ""})
    yield "app, wrong code", client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    with patch.object(RecoveryCodes, "generate_seed", return_value="5" * 40):
        yield "app, set up", client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
        yield "new recovery codes", client.get("/accounts/2fa/recovery-codes/generate/")
        yield (
            "recovery codes, made again",
            client.post("/accounts/2fa/recovery-codes/generate/", follow=True),
        )
    yield "recovery codes", client.get("/accounts/2fa/recovery-codes/")
    yield "passkeys, none", client.get("/accounts/2fa/webauthn/")
    yield "passkey", client.get("/accounts/2fa/webauthn/add/")
    yield "passkey, empty", client.post("/accounts/2fa/webauthn/add/", {"name": ""})
    yield "prove who you are, second factor", signed_in(editor, methods=()).get("/accounts/2fa/reauthenticate/")
    yield (
        "prove who you are, wrong code",
        signed_in(editor, methods=()).post("/accounts/2fa/reauthenticate/", {"code": "000000"}),
    )
    entering = Client()
    entering.post(LOGIN, {"login": editor.username, "password": NEW_PASSWORD})
    yield "sign in, second factor", entering.get("/accounts/2fa/authenticate/")
    yield "sign in, wrong code", entering.post("/accounts/2fa/authenticate/", {"code": "000000"})
    guesses = [entering.post("/accounts/2fa/authenticate/", {"code": "000000"}) for _ in range(5)]
    yield "sign in, too many wrong codes", guesses[-1]
    cache.clear()
    key = Authenticator.objects.create(user=editor, type=Authenticator.Type.WEBAUTHN, data=PASSKEY)
    yield "account with a second factor", client.get("/accounts/")
    yield "second factor, app, passkey and codes", client.get("/accounts/2fa/")
    yield "passkeys", client.get("/accounts/2fa/webauthn/")
    yield "passkey, another name", client.get(reverse("mfa_edit_webauthn", args=[key.pk]))
    yield "passkey, renamed", client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "Key"}, follow=True)
    yield "passkey, taken away", client.get(reverse("mfa_remove_webauthn", args=[key.pk]))
    key.delete()
    yield "app, taken away", client.get("/accounts/2fa/totp/deactivate/")
    yield "app, gone", client.post("/accounts/2fa/totp/deactivate/", follow=True)


def _sign_in_with_provider(editor: User) -> Iterator[tuple[str, Any]]:
    away = ProviderError("sso.example gave no answer.")
    invited = invitations.create_invitation(
        "cem@lisle.example", roles=[], by=User.objects.get(username="administrator"), at=clock.now()
    )
    address = reverse("invitation", args=[invited.token])
    # The URLs of the site itself were made when the tests started, without single sign-on.
    provider = {"OIDC_ISSUER": "https://sso.example", "OIDC_NAME": "Example SSO", "ROOT_URLCONF": urls.__name__}
    with override_settings(**provider), patch.object(discovery, "get_json", side_effect=away):
        yield "single sign-on", Client().get(LOGIN)
        yield "single sign-on, expired", Client().get("/accounts/sso/callback/")
        yield "single sign-on, no answer", Client().get("/accounts/sso/")
        yield "single sign-on, invitation", Client().get(address)
        SocialAccount.objects.create(provider="https://sso.example", uid="1", user=editor)
        client = signed_in(editor, methods=())
        yield "single sign-on, prove who you are", client.get("/accounts/sso/reauthenticate/")
        yield "single sign-on, other person", client.get("/accounts/sso/callback/")
        administrator = signed_in(User.objects.get(username="administrator"))
        yield "single sign-on, account", administrator.get(reverse("admin:accounts_user_change", args=[editor.pk]))
        with override_settings(OIDC_ONLY=True):
            yield "single sign-on only", Client().get(LOGIN)
            yield "single sign-on only, password", client.get("/accounts/password/change/")
            yield "single sign-on only, invitation", Client().get(address)
