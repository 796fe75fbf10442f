"""Keyed digests of values that must not be readable in the database, and the check of their key.

A digest must survive a rotation of ``SECRET_KEY``: the value itself may no longer be known, so the digest could not be
made again with a new key.
"""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.utils.crypto import constant_time_compare, salted_hmac

# The strength that Django's check of SECRET_KEY requires (security.W009).
MINIMUM_LENGTH = 50
MINIMUM_CHARACTERS = 5
_HINT = "See docs/security/keys.md."


def make_digest(salt: str, value: str) -> str:
    """Return the HMAC-SHA-256 of ``value`` under ``DIGEST_KEY`` in hexadecimal. ``salt`` names the purpose."""
    return _digest(salt, value, settings.DIGEST_KEY)


def list_digests(salt: str, value: str) -> list[str]:
    """Return every digest under which ``value`` may be stored, beginning with the result of ``make_digest``.

    Earlier releases made digests with ``SECRET_KEY``, so any secret key in the settings may have been used.
    """
    keys = dict.fromkeys([settings.DIGEST_KEY, settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS])
    return [_digest(salt, value, key) for key in keys]


def matches_digest(digest: str, salt: str, value: str) -> bool:
    """Return whether ``digest`` is a digest of ``value`` under any key in the settings."""
    return any(constant_time_compare(digest, each) for each in list_digests(salt, value))


def digest_key_check() -> str:
    """Return a digest that changes only with ``DIGEST_KEY``, and reveals nothing about the key."""
    return make_digest("newsroom.digests.check", "DIGEST_KEY")


def check_digest_key(**_: Any) -> list[CheckMessage]:
    """Return a warning if ``DIGEST_KEY`` is weak, or depends on the last key of ``SECRET_KEY_FALLBACKS``."""
    key, secret_keys = settings.DIGEST_KEY, [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if settings.SECRET_KEY_FALLBACKS and not settings.DIGEST_KEY_CONFIGURED:
        message = "DIGEST_KEY is not set, so the last key of SECRET_KEY_FALLBACKS is used instead."
        hint = f"Set DIGEST_KEY to that key before you remove it, or erased addresses become free. {_HINT}"
        return [Warning(message, hint=hint, id="newsroom.W002")]
    # Django checks the secret keys.
    if key not in secret_keys and (len(key) < MINIMUM_LENGTH or len(set(key)) < MINIMUM_CHARACTERS):
        message = (
            f"DIGEST_KEY has fewer than {MINIMUM_LENGTH} characters, or fewer than {MINIMUM_CHARACTERS} that differ."
        )
        return [
            Warning(
                message,
                hint=f"A new site needs a longer key; one with content keeps its own. {_HINT}",
                id="newsroom.W003",
            )
        ]
    return []


def _digest(salt: str, value: str, key: str) -> str:
    return salted_hmac(salt, value, secret=key, algorithm="sha256").hexdigest()
