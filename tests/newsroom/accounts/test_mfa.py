"""The secrets of second factors are encrypted, and the factors still work."""

import json
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse

from newsroom.accounts import mfa, urls
from newsroom.audit.models import AccessEntry
from newsroom.background import periodic
from newsroom.background.models import Job
from newsroom.db.sqlite_file import rewrite_file
from newsroom.http import clock
from tests.factories import PASSWORD, make_user
from tests.stories.publishing.test_erase import dump_database

pytestmark = pytest.mark.django_db
AUTHENTICATE = "/accounts/2fa/authenticate/"


@pytest.fixture(autouse=True)
def _reset_rate_limits():
    cache.clear()


def sign_in_with_password(user):
    client = Client()
    client.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    return client


def make_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def can_sign_in(user, code):
    """Sign in with the password and this code, and return whether the user is then signed in."""
    client = sign_in_with_password(user)
    client.post(AUTHENTICATE, {"code": code})
    return client.get("/accounts/").status_code == 200


def get_stored_data() -> str:
    """Return the stored data of all second factors."""
    return str(list(Authenticator.objects.values("data")))


def create_unencrypted_factors(user):
    """Create an authenticator app and recovery codes with unencrypted secrets, and return both secrets."""
    secret, seed = generate_totp_secret(), RecoveryCodes.generate_seed()
    for kind, data in (("totp", {"secret": secret}), ("recovery_codes", {"seed": seed, "used_mask": 0})):
        Authenticator.objects.create(user=user, type=kind, data=data)
    return secret, seed


def test_the_secrets_of_a_new_factor_are_encrypted(editor):
    client = sign_in_with_password(editor)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    assert client.post(reverse("mfa_activate_totp"), {"code": make_code(secret)}).status_code == 302
    totp, codes = Authenticator.objects.order_by("-type")
    assert secret not in get_stored_data()
    assert all(decrypt(value).isalnum() for value in (totp.data["secret"], codes.data["seed"]))
    assert decrypt(codes.data["seed"]) not in get_stored_data()
    assert totp.data["secret"].startswith("v1:")
    assert codes.data["seed"].startswith("v1:")
    assert not any("mfa.totp.secret" in session.get_decoded() for session in Session.objects.all())
    cache.clear()  # each code can be used only once
    assert can_sign_in(editor, make_code(secret))
    assert can_sign_in(editor, codes.wrap().get_unused_codes()[0])
    assert not can_sign_in(editor, "000000")


@pytest.mark.django_db(transaction=True)
def test_no_dump_contains_a_secret(editor):
    client = sign_in_with_password(editor)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": make_code(secret)})
    seed = decrypt(Authenticator.objects.get(type="recovery_codes").data["seed"])
    unencrypted = create_unencrypted_factors(make_user())
    assert all(each in dump_database() for each in unencrypted)
    mfa.encrypt_second_factors.call()
    if connection.vendor == "sqlite":
        rewrite_file()  # the free space of the file still held the values that were overwritten
    dump = dump_database()
    assert "v1:" in dump
    assert [each for each in (secret, seed, *unencrypted) if each in dump] == []


def forget_codes_of_allauth(user, *codes):
    """Make allauth forget that these codes were used, as it does after 30 seconds."""
    for code in codes:
        cache.delete(f"allauth.mfa.totp.used?user={user.pk}&code={code}")


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}-"])
def test_a_code_is_accepted_once_for_as_long_as_it_is_valid(editor, typed):
    secret, _ = create_unencrypted_factors(editor)
    code = make_code(secret)
    assert can_sign_in(editor, code)
    forget_codes_of_allauth(editor, code)
    assert not can_sign_in(editor, typed.format(code))
    assert AccessEntry.objects.filter(account=editor, verb="second factor failed").count() == 1


def test_the_code_that_sets_up_an_app_does_not_sign_anybody_in(editor):
    client = sign_in_with_password(editor)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = make_code(secret)
    assert client.post(reverse("mfa_activate_totp"), {"code": code}).status_code == 302
    assert not can_sign_in(editor, code)


def test_no_cache_keeps_pages_with_secrets(editor):
    client = sign_in_with_password(editor)
    setup = client.get(reverse("mfa_activate_totp"))
    client.post(reverse("mfa_activate_totp"), {"code": make_code(setup.context["form"].secret)})
    codes = client.get(reverse("mfa_view_recovery_codes"))
    assert codes.context["unused_codes"]
    assert all("no-store" in response["Cache-Control"] for response in (setup, codes))


def test_no_cache_keeps_any_page_of_accounts(editor):
    paths = [reverse(pattern.name) for pattern in urls.urlpatterns if not pattern.pattern.regex.groups]
    responses = [client.get(path) for client in (Client(), sign_in_with_password(editor)) for path in paths]
    pages = [response for response in responses if response.status_code == 200]
    assert len(pages) > 10
    assert all("no-store" in page["Cache-Control"] for page in pages)


def test_encrypting_the_same_secret_twice_gives_different_values():
    assert encrypt("secret") != encrypt("secret")


@pytest.mark.django_db(transaction=True)
def test_unencrypted_factors_work_and_are_encrypted_by_a_task(editor):
    secret, seed = create_unencrypted_factors(editor)
    passkey = Authenticator.objects.create(user=make_user(), type="webauthn", data={"name": "Key", "credential": {}})
    first_code, second_code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[:2]
    assert can_sign_in(editor, first_code)
    periodic.run_checks(clock.now())
    assert Job.objects.filter(task_path__endswith="encrypt_second_factors").count() == 1
    assert mfa.encrypt_second_factors.call() == 2
    assert secret not in get_stored_data()
    assert seed not in get_stored_data()
    assert not can_sign_in(editor, first_code)
    assert can_sign_in(editor, second_code)
    assert can_sign_in(editor, make_code(secret))
    passkey.refresh_from_db()
    assert passkey.data == {"name": "Key", "credential": {}}


def test_encrypted_secrets_are_not_encrypted_again(editor):
    create_unencrypted_factors(editor)
    mfa.encrypt_second_factors.call()
    before = get_stored_data()
    Job.objects.all().delete()
    mfa.enqueue_encryption(clock.now())
    assert not Job.objects.exists()
    assert mfa.encrypt_second_factors.call() == 0
    assert get_stored_data() == before


def test_a_factor_works_with_a_new_key_while_the_old_key_is_listed(editor, settings):
    secret, _ = create_unencrypted_factors(editor)
    mfa.encrypt_second_factors.call()
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new key of the site, long enough", [settings.SECRET_KEY]
    assert can_sign_in(editor, make_code(secret))
    assert decrypt(encrypt("secret")) == "secret"


def test_a_factor_encrypted_with_an_unknown_key_is_refused_and_logged(editor, settings, caplog):
    secret, _ = create_unencrypted_factors(editor)
    mfa.encrypt_second_factors.call()
    settings.SECRET_KEY = "another key of the site, long enough"  # noqa: S105 -- not a real key
    client = sign_in_with_password(editor)
    response = client.post(AUTHENTICATE, {"code": make_code(secret)})
    assert response.status_code == 200
    assert "Use a passkey, or ask an administrator." in response.content.decode()
    assert "SECRET_KEY_FALLBACKS" in caplog.text
    assert client.get("/accounts/").status_code == 302


INVALID_VALUES: list[object] = [1, [], {}, {"clientDataJSON": 1}]
CREDENTIAL = {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "signature": "eA"}}


@pytest.mark.parametrize(
    "credential",
    [
        "[" * 100_000,
        '{"a":[' * 50_000,
        "9" * 5_000,
        "{",
        "[]",
        '"x"',
        *(json.dumps({**CREDENTIAL, part: value}) for part in CREDENTIAL for value in INVALID_VALUES),
    ],
)
@pytest.mark.parametrize("address", [AUTHENTICATE, "/accounts/2fa/webauthn/login/"])
def test_a_malformed_credential_is_refused(editor, address, credential):
    create_unencrypted_factors(editor)
    client = sign_in_with_password(editor) if address == AUTHENTICATE else Client()
    client.raise_request_exception = False
    assert client.post(address, {"credential": credential}).status_code in {200, 302, 400}
