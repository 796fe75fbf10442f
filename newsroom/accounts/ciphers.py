"""Ciphers for secrets in the database, with keys that are derived from ``SECRET_KEY``."""

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@lru_cache
def make_cipher(purpose: str, *keys: str) -> MultiFernet:
    """Return a cipher that encrypts with the first of ``keys`` and decrypts with any of them.

    Ciphers for different purposes cannot decrypt each other's secrets.
    """
    return MultiFernet([Fernet(urlsafe_b64encode(_derive_key(purpose, key))) for key in keys])


def _derive_key(purpose: str, key: str) -> bytes:
    # ``info`` separates this key from other uses of SECRET_KEY (RFC 5869).
    return HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
