"""Encrypt the secrets of second factors, so that a copy of the database does not reveal them."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken, MultiFernet
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task

from newsroom.accounts.ciphers import make_cipher
from newsroom.accounts.models import User
from newsroom.task_queue import enqueue

# The prefix of an encrypted value. Earlier releases stored unencrypted values in base 32 or hexadecimal, which
# contain no colon.
VERSION = "v1:"
_PURPOSE = "newsroom.accounts.mfa:v1"
# The names of the secrets in ``data`` of an authenticator app and of recovery codes. A passkey stores no secret.
SECRET_KEYS = ("secret", "seed")
ROTATION_BATCH = 500  # factors per transaction

logger = logging.getLogger(__name__)


class EncryptedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no type annotations
    """An MFA adapter that encrypts the secrets of second factors with a key derived from ``SECRET_KEY``."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "The code is wrong.",
        "incorrect_passkey": "This passkey was not accepted.",
    }

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        """Return the name that the form for a new passkey suggests."""
        return f"Passkey {Authenticator.objects.filter(user=user, type=type).count() + 1}"

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret. Raise ValidationError if no key in the settings decrypts it."""
        # Earlier releases stored secrets unencrypted.
        if not encrypted_text.startswith(VERSION):
            return encrypted_text
        try:
            return _get_cipher().decrypt(encrypted_text.removeprefix(VERSION)).decode()
        except InvalidToken as error:
            logger.error("A second factor was encrypted with a key that is not listed; see SECRET_KEY_FALLBACKS.")
            raise ValidationError(
                "This code can’t be checked any more. Use a passkey, or ask an administrator."
            ) from error


def use_code(user: User, code: str) -> bool:
    """Mark a valid code as used, and return whether it was not used before (RFC 6238, 5.2).

    allauth remembers a code for one time step only. With a tolerance, it is valid for longer.
    """
    seconds = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    # The forms accept spaces and punctuation in a code.
    characters = "".join(filter(str.isalnum, code)).lower()
    return bool(cache.add(f"used-code:{user.pk}:{characters}", 1, seconds))


def encrypt(text: str) -> str:
    """Return ``text`` encrypted with the current key, with ``VERSION`` as a prefix."""
    return f"{VERSION}{_get_cipher().encrypt(text.encode()).decode()}"


@task
def encrypt_second_factors() -> int:
    """Encrypt all secrets that are stored unencrypted, and return the number of changed factors.

    The task is idempotent.
    """
    with transaction.atomic():
        # Lock the rows, because a user may use a recovery code at the same time.
        unencrypted = [factor for factor in _factors_with_secrets().select_for_update() if _get_plain_secrets(factor)]
        for factor in unencrypted:
            factor.data |= {name: encrypt(secret) for name, secret in _get_plain_secrets(factor).items()}
            factor.save(update_fields=["data"])
    return len(unencrypted)


@dataclass(slots=True)
class RotationResult:
    """The numbers of second factors that were encrypted, already used the current key, or cannot be decrypted."""

    encrypted: int = 0
    current: int = 0
    unreadable: int = 0


def rotate_second_factors(*, progress: Callable[[int, int], None]) -> RotationResult:
    """Encrypt all secrets with the current ``SECRET_KEY``, so that they no longer need ``SECRET_KEY_FALLBACKS``.

    ``progress`` is called with the number of processed factors and the total number. A secret that no key in the
    settings decrypts is left as it is.
    """
    result, done, last = RotationResult(), 0, 0
    total = _factors_with_secrets().count()
    while True:
        with transaction.atomic():
            batch = list(_factors_with_secrets().filter(pk__gt=last).select_for_update()[:ROTATION_BATCH])
            for factor in batch:
                _rotate_factor(factor, result)
        if not batch:
            return result
        last, done = batch[-1].pk, done + len(batch)
        progress(done, max(done, total))


def _rotate_factor(factor: Authenticator, result: RotationResult) -> None:
    stored = {name: factor.data[name] for name in SECRET_KEYS if name in factor.data}
    try:
        rotated = {name: _rotate(secret) for name, secret in stored.items()}
    except InvalidToken:
        result.unreadable += 1
        return
    if rotated == stored:
        result.current += 1
        return
    factor.data |= rotated
    factor.save(update_fields=["data"])
    result.encrypted += 1


def _rotate(secret: str) -> str:
    """Return a stored secret encrypted with the current key. Raise InvalidToken if it cannot be decrypted."""
    if not secret.startswith(VERSION):
        return encrypt(secret)
    token = secret.removeprefix(VERSION).encode()
    try:
        make_cipher(_PURPOSE, settings.SECRET_KEY).decrypt(token)
    except InvalidToken:
        return f"{VERSION}{_get_cipher().rotate(token).decode()}"
    return secret


def enqueue_encryption(at: datetime) -> None:
    """Enqueue ``encrypt_second_factors`` if a secret is stored unencrypted."""
    # An earlier release may have stored it, or somebody may have entered it by hand.
    if any(_get_plain_secrets(factor) for factor in _factors_with_secrets()):
        enqueue(encrypt_second_factors)


def _factors_with_secrets() -> QuerySet[Authenticator]:
    factors: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    return factors.order_by("pk")


def _get_plain_secrets(factor: Authenticator) -> dict[str, str]:
    return {name: factor.data[name] for name in SECRET_KEYS if not factor.data.get(name, VERSION).startswith(VERSION)}


def _get_cipher() -> MultiFernet:
    return make_cipher(_PURPOSE, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
