"""Rotating ``SECRET_KEY``: nobody is signed out, and every link and cookie remains valid while the old key is listed."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.accounts import invitations
from newsroom.accounts.models import User
from newsroom.http import clock
from stories.workflow import shared_previews
from tests.factories import PASSWORD, make_story, make_user

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "another-long-password-of-ours"  # noqa: S105 -- for test accounts only


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


@pytest.fixture
def rotate(settings):
    """A function that gives the site a new secret key and lists the old ones, as the processes after a restart have them."""

    def rotate(number: int = 1) -> None:
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
        settings.SECRET_KEY = f"secret-key-number-{number}-of-this-test-and-long-enough"

    return rotate


def sign_in(user: User, client: Client | None = None) -> Client:
    client = client or Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    assert is_signed_in(client)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200


def test_nobody_is_signed_out(editor, rotate):
    desktop, phone = sign_in(editor), sign_in(editor)
    rotate()
    assert is_signed_in(desktop)
    # Each sign-in looks at all other sessions of the account.
    sign_in(editor)
    assert is_signed_in(phone)
    assert is_signed_in(desktop)


def test_a_session_has_the_same_key_afterwards(editor, rotate):
    """Otherwise a concurrent request of the same browser would be signed out, and the session would not be listed."""
    client = sign_in(editor)
    before = client.cookies["sessionid"].value
    rotate()
    assert is_signed_in(client)
    assert client.cookies["sessionid"].value == before
    assert UserSession.objects.get().session_key == before
    assert [each.is_current for each in client.get("/accounts/sessions/").context["sessions"]] == [True]


def test_a_form_that_was_open_is_accepted(editor, rotate):
    client = sign_in(editor, Client(enforce_csrf_checks=False))
    client.handler.enforce_csrf_checks = True
    page = client.get("/accounts/password/change/").content.decode()
    rotate()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/accounts/password/change/", form | {"csrfmiddlewaretoken": token[1]}).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password(NEW_PASSWORD)


def test_a_new_password_still_ends_the_other_sessions(editor, rotate):
    client, other = sign_in(editor), sign_in(editor)
    rotate()
    form = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post("/accounts/password/change/", form).status_code == 302
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_a_sign_in_that_waits_for_the_second_factor_goes_on(editor, rotate):
    TOTP.activate(editor, generate_totp_secret())
    codes = RecoveryCodes.activate(editor)
    client = Client()
    client.post("/accounts/login/", {"login": editor.username, "password": PASSWORD})
    rotate()
    client.post("/accounts/2fa/authenticate/", {"code": codes.get_unused_codes()[0]})
    assert is_signed_in(client)


def test_the_links_in_mails_work(editor, administrator, rotate):
    invited = invitations.create_invitation(
        "ana@lisle.example",
        full_name="Ana Kestrel",
        roles=[Group.objects.get(name="Writer")],
        by=administrator,
        at=clock.now(),
    )
    Client().post("/accounts/password/reset/", {"email": editor.email})
    link = next(
        found for each in mail.outbox if (found := re.search(r"/accounts/password/reset/key/\S+", str(each.body)))
    )
    rotate()
    assert Client().get(invited.url.removeprefix("http://testserver")).status_code == 200
    client = Client()
    form = client.get(link[0])["Location"]
    assert client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}).status_code == 302
    editor.refresh_from_db()
    assert editor.check_password(NEW_PASSWORD)


def test_shared_previews_remain_open(rotate):
    work = make_story(headline="Behind a passcode")
    shared = shared_previews.create_link(
        work,
        by=make_user(role="Writer"),
        revision=None,
        passcode="slate harbour",
        label="A reader",
        ends_at=clock.now() + timedelta(days=7),
    )
    address = f"/preview/{shared.token}/"
    knows, types = Client(), Client()

    def read_form(client: Client) -> dict[str, str]:
        seal = re.search(r'name="seal" value="([\w-]+)"', client.get(address).content.decode())
        assert seal
        return {"seal": seal[1], "passcode": "slate harbour"}

    assert knows.post(address, read_form(knows)).status_code == 302
    form_before = read_form(types)
    rotate()
    # A browser that knew the passcode does not type it again, and a form that was open is accepted.
    assertContains(knows.get(address), "Behind a passcode")
    assertNotContains(types.get(address), "Behind a passcode")
    assert types.post(address, form_before).status_code == 302
    assertContains(types.get(address), "Behind a passcode")
    assert Client().get(address).status_code == 200


def test_a_session_begun_after_the_rotation_outlives_the_old_key(editor, rotate, settings):
    old = sign_in(editor)
    rotate()
    new = sign_in(editor)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_signed_in(new)
    assert not is_signed_in(old)


def test_several_rotations_follow_each_other(editor, rotate):
    client = sign_in(editor)
    for number in range(1, 4):
        rotate(number)
    assert is_signed_in(client)
