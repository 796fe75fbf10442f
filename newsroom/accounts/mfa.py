"""The secrets of second factors, encrypted in the database: a copy of it opens no account."""

import logging
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import lru_cache

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.tasks import task

from newsroom.task_queue import enqueue

# What an encrypted value begins with; base 32 and hexadecimal, in which secrets were stored before, have no colon.
VERSION = "v1:"
# Names of secrets in the data of a factor: of an authenticator app, and of recovery codes. A passkey has none here.
SECRETS = ("secret", "seed")

logger = logging.getLogger(__name__)


class EncryptedMFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    """Encrypts the secrets of second factors with a key derived from ``SECRET_KEY``."""

    def encrypt(self, text: str) -> str:
        """Return the value to store."""
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Return the secret; a value stored before secrets were encrypted is one.

        Raises ValidationError where it belongs to none of the keys.
        """
        if not encrypted_text.startswith(VERSION):
            return encrypted_text
        try:
            return _cipher().decrypt(encrypted_text.removeprefix(VERSION)).decode()
        except InvalidToken as error:
            logger.error("A second factor was encrypted with a key that is not listed; see SECRET_KEY_FALLBACKS.")
            raise ValidationError("This cannot be checked any more. Use a passkey, or ask an administrator.") from error


def encrypt(text: str) -> str:
    """Return ``text`` encrypted with the newest key, after ``VERSION``."""
    return f"{VERSION}{_cipher().encrypt(text.encode()).decode()}"


@task
def encrypt_second_factors() -> int:
    """Encrypt the secrets that were stored before secrets were encrypted; return of how many factors. Safe to run again."""
    with transaction.atomic():
        # Locked, as somebody may be using up a recovery code.
        plain = [factor for factor in _with_secrets().select_for_update() if _plain_secrets(factor)]
        for factor in plain:
            factor.data |= {name: encrypt(secret) for name, secret in _plain_secrets(factor).items()}
            factor.save(update_fields=["data"])
    return len(plain)


def look(at: datetime) -> None:
    """Enqueue ``encrypt_second_factors`` where a secret is stored in the clear: by a release before, or by hand."""
    if any(_plain_secrets(factor) for factor in _with_secrets()):
        enqueue(encrypt_second_factors)


def _with_secrets() -> QuerySet[Authenticator]:
    factors: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN)
    return factors.order_by("pk")


def _plain_secrets(factor: Authenticator) -> dict[str, str]:
    return {name: factor.data[name] for name in SECRETS if not factor.data.get(name, VERSION).startswith(VERSION)}


def _cipher() -> MultiFernet:
    return _cipher_of(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache
def _cipher_of(*keys: str) -> MultiFernet:
    """Return what encrypts with the first of the keys, and decrypts with all."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    # RFC 5869; `info` sets this use of SECRET_KEY apart from others.
    return HKDF(SHA256(), length=32, salt=None, info=b"newsroom.accounts.mfa:v1").derive(key.encode())
