"""Second factors: their secrets are encrypted wherever the database keeps them, and go on working."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from newsroom.accounts import mfa
from newsroom.background import periodic
from newsroom.background.models import Job
from newsroom.http import clock
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    cache.clear()


def by_password(user):
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def enters(user, code):
    """Sign in with the password and this code; return whether that opened the account."""
    client = by_password(user)
    client.post(AUTHENTICATE, {"code": code})
    return client.get("/accounts/").status_code == 200


def stored() -> str:
    """Return all that is kept of factors."""
    return str(list(Authenticator.objects.values("data")))


def enrol_before(user):
    """Set up an app and recovery codes as they were stored before secrets were encrypted; return both secrets."""
    secret, seed = generate_totp_secret(), RecoveryCodes.generate_seed()
    for kind, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": seed, "used_mask": 0})):
        Authenticator.objects.create(user=user, type=kind, data=data)
    return secret, seed


def test_a_factor_that_is_set_up_leaves_no_secret_in_the_database(editor):
    client = by_password(editor)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}).status_code == 302
    totp, codes = Authenticator.objects.order_by("-type")
    assert secret not in stored()
    assert all(decrypt(value).isalnum() for value in (totp.data["secret"], codes.data["seed"]))
    assert decrypt(codes.data["seed"]) not in stored()
    assert totp.data["secret"].startswith("v1:")
    assert codes.data["seed"].startswith("v1:")
    assert not any("mfa.totp.secret" in session.get_decoded() for session in Session.objects.all())
    cache.clear()  # each code counts once
    assert enters(editor, code_of(secret))
    assert enters(editor, codes.wrap().get_unused_codes()[0])
    assert not enters(editor, "000000")


def test_the_same_secret_is_never_stored_in_the_same_words():
    assert encrypt("secret") != encrypt("secret")


def test_what_was_stored_before_opens_the_account_and_is_encrypted_by_a_task(editor):
    secret, seed = enrol_before(editor)
    passkey = Authenticator.objects.create(user=make_user(), type="webauthn", data={"name": "Key", "credential": {}})
    one, another = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[:2]
    assert enters(editor, one)
    periodic.run_checks(clock.now())
    assert Job.objects.filter(task_path__endswith="encrypt_second_factors").count() == 1
    assert mfa.encrypt_second_factors.call() == 2
    assert secret not in stored()
    assert seed not in stored()
    assert not enters(editor, one)
    assert enters(editor, another)
    assert enters(editor, code_of(secret))
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Key", "credential": {}}


def test_what_is_encrypted_is_left_as_it_is(editor):
    enrol_before(editor)
    mfa.encrypt_second_factors.call()
    before = stored()
    Job.objects.all().delete()
    mfa.enqueue_encryption(clock.now())
    assert not Job.objects.exists()
    assert mfa.encrypt_second_factors.call() == 0
    assert stored() == before


def test_a_factor_survives_a_new_key_while_the_old_one_is_listed(editor, settings):
    secret, _ = enrol_before(editor)
    mfa.encrypt_second_factors.call()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key of the site, long enough", [settings.SECRET_KEY]
    assert enters(editor, code_of(secret))
    assert decrypt(encrypt("secret")) == "secret"


def test_a_factor_of_an_unknown_key_opens_nothing_and_the_log_says_why(editor, settings, caplog):
    secret, _ = enrol_before(editor)
    mfa.encrypt_second_factors.call()
    settings.SECRET_KEY = "another key of the site, long enough"  # noqa: S105 -- of one test
    client = by_password(editor)
    answer = client.post(AUTHENTICATE, {"code": code_of(secret)})
    assert answer.status_code == 200
    assert "Use a passkey, or ask an administrator." in answer.content.decode()
    assert "SECRET_KEY_FALLBACKS" in caplog.text
    assert client.get("/accounts/").status_code == 302


WRONG: list[object] = [1, [], {}, {"clientDataJSON": 1}]
PARTS = {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "signature": "eA"}}


@pytest.mark.parametrize(
    "credential",
    [
        "[" * 100_000,
        '{"a":[' * 50_000,
        "9" * 5_000,
        "{",
        "[]",
        '"x"',
        *(json.dumps({**PARTS, part: value}) for part in PARTS for value in WRONG),
    ],
)
@pytest.mark.parametrize("address", [AUTHENTICATE, "/accounts/2fa/webauthn/login/"])
def test_a_credential_that_nobody_can_read_is_refused(editor, address, credential):
    enrol_before(editor)
    client = by_password(editor) if address == AUTHENTICATE else Client()
    client.raise_request_exception = False
    assert client.post(address, {"credential": credential}).status_code in {200, 302, 400}
