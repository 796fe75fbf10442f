"""``manage.py rotate_keys`` encrypts second factors with the present secret key."""

import json
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt, encrypt
from django.core.exceptions import ValidationError
from django.core.management import call_command

from newsroom.accounts import mfa
from newsroom.operations.commands import IncompleteError
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NEW_KEY = "a-new-key-of-the-site-long-enough-for-every-check"
LOST_KEY = "a-key-of-the-site-that-nobody-wrote-down-anywhere"


@pytest.fixture
def rotate_keys():
    """A function that runs the command and returns its output."""

    def rotate_keys(*options: str) -> str:
        output = StringIO()
        call_command("rotate_keys", *options, stdout=output, stderr=StringIO())
        return output.getvalue().strip()

    return rotate_keys


@pytest.fixture
def new_key(settings):
    """Return a function that makes ``NEW_KEY`` the secret key and lists the old one."""

    def use() -> None:
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW_KEY, [settings.SECRET_KEY]

    return use


def make_app(secret: str) -> Authenticator:
    """Make an authenticator app of an account of its own, with this stored secret."""
    return Authenticator.objects.create(user=make_user(), type="totp", data={"secret": secret})


def make_codes(seed: str) -> Authenticator:
    return Authenticator.objects.create(user=make_user(), type="recovery_codes", data={"seed": seed, "used_mask": 5})


def test_factors_work_without_the_old_key_afterwards(settings, rotate_keys, new_key):
    app, codes, plain = make_app(encrypt("one")), make_codes(encrypt("two")), make_app("three")
    new_key()
    assert rotate_keys() == "3 second factors were encrypted again; 0 had the current key."
    settings.SECRET_KEY_FALLBACKS = []
    for factor in (app, codes, plain):
        factor.refresh_from_db()
    secrets = [decrypt(app.data["secret"]), decrypt(codes.data["seed"]), decrypt(plain.data["secret"])]
    assert secrets == ["one", "two", "three"]
    assert plain.data["secret"].startswith("v1:")
    assert codes.data["used_mask"] == 5


def test_a_second_run_changes_nothing(rotate_keys, new_key):
    make_app(encrypt("one"))
    new_key()
    assert rotate_keys() == "1 second factor was encrypted again; 0 had the current key."
    before = list(Authenticator.objects.values())
    assert rotate_keys() == "0 second factors were encrypted again; 1 had the current key."
    assert list(Authenticator.objects.values()) == before


def test_a_passkey_has_no_secret_and_is_not_counted(rotate_keys):
    Authenticator.objects.create(user=make_user(), type="webauthn", data={"name": "Key", "credential": {}})
    assert rotate_keys("--json") == '{"encrypted": 0, "current": 0, "unreadable": 0}'


def test_factors_of_a_lost_key_are_counted_and_left_as_they_are(settings, rotate_keys, new_key, capsys):
    present = settings.SECRET_KEY
    settings.SECRET_KEY = LOST_KEY
    lost = [make_app(encrypt("one")), make_codes(encrypt("two"))]
    settings.SECRET_KEY = present
    readable = make_app(encrypt("three"))
    new_key()
    with pytest.raises(IncompleteError, match=r"^2 second factors belong to a key that is not listed\.$") as incomplete:
        rotate_keys()
    assert incomplete.value.returncode == 5
    for factor in lost:
        before = factor.data
        factor.refresh_from_db()
        assert factor.data == before
    readable.refresh_from_db()
    settings.SECRET_KEY_FALLBACKS = []
    assert decrypt(readable.data["secret"]) == "three"
    with pytest.raises(ValidationError):
        decrypt(lost[0].data["secret"])
    lost[1].delete()
    with pytest.raises(IncompleteError, match=r"^1 second factor belongs to a key that is not listed\.$"):
        rotate_keys()


def test_counts_are_printed_as_json_even_if_a_key_is_missing(settings, new_key):
    present, settings.SECRET_KEY = settings.SECRET_KEY, LOST_KEY
    make_app(encrypt("one"))
    settings.SECRET_KEY = present
    make_app(encrypt("two"))
    new_key()
    make_app(encrypt("three"))
    output = StringIO()
    with pytest.raises(IncompleteError):
        call_command("rotate_keys", "--json", stdout=output)
    assert json.loads(output.getvalue()) == {"encrypted": 1, "current": 1, "unreadable": 1}


def test_factors_are_encrypted_in_batches(monkeypatch, settings, new_key):
    for number in range(5):
        make_app(encrypt(f"secret {number}"))
    new_key()
    monkeypatch.setattr(mfa, "ROTATION_BATCH", 2)
    steps: list[tuple[int, int]] = []
    result = mfa.rotate_second_factors(progress=lambda done, total: steps.append((done, total)))
    assert (result.encrypted, steps) == (5, [(2, 5), (4, 5), (5, 5)])
    settings.SECRET_KEY_FALLBACKS = []
    secrets = [decrypt(factor.data["secret"]) for factor in Authenticator.objects.order_by("pk")]
    assert secrets == [f"secret {number}" for number in range(5)]
