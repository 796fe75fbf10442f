"""Passcodes for shared previews: keyed digests, limited attempts, and passes for browsers in which one was entered."""

import hashlib
from enum import Enum

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare

from newsroom.digests import make_digest, matches_digest
from newsroom.http.client_ip import client_prefix
from newsroom.http.rate_limits import acquire_slot
from stories.models import SharedPreview

# The number of wrong attempts at one link that are allowed in an interval: from one network address, and in total.
MAX_ATTEMPTS_BY_ADDRESS = 5
MAX_ATTEMPTS_IN_TOTAL = 30
MAX_ATTEMPTS_INTERVAL = 15 * 60  # seconds, for one network address
MAX_TOTAL_ATTEMPTS_INTERVAL = 60 * 60  # seconds
PASS_LIFETIME = 2 * 60 * 60  # seconds


class AttemptResult(Enum):
    """The result of an attempt to enter a passcode."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


def digest_passcode(passcode: str, *, token_digest: str) -> str:
    """Return the digest under which a passcode is stored: keyed, and different for each link."""
    # A fast digest is enough, because whoever has only the database cannot try passcodes, and attempts at the site are
    # rate limited.
    return make_digest(f"stories.sharing.passcode:{token_digest}", passcode)


def try_passcode(link: SharedPreview, passcode: str, *, address: str) -> AttemptResult:
    """Check a passcode that was entered for the link from this network address.

    A wrong passcode occupies one of ``MAX_ATTEMPTS_BY_ADDRESS`` slots of the network address, for
    ``MAX_ATTEMPTS_INTERVAL`` seconds. It also occupies one of ``MAX_ATTEMPTS_IN_TOTAL`` slots of the link, for
    ``MAX_TOTAL_ATTEMPTS_INTERVAL`` seconds. If either has no free slot, nothing is compared.
    """
    # Slots are acquired before the comparison, so that concurrent attempts never exceed the limit.
    own_key = _cache_key(f"{link.token_digest} {client_prefix(address)}")
    own = acquire_slot(own_key, MAX_ATTEMPTS_BY_ADDRESS, seconds=MAX_ATTEMPTS_INTERVAL)
    if own is None:
        return AttemptResult.TOO_OFTEN
    shared = acquire_slot(_cache_key(link.token_digest), MAX_ATTEMPTS_IN_TOTAL, seconds=MAX_TOTAL_ATTEMPTS_INTERVAL)
    if shared is None:
        cache.delete(own)
        return AttemptResult.TOO_OFTEN
    salt = f"stories.sharing.passcode:{link.token_digest}"
    if matches_digest(link.passcode_digest, salt, passcode.strip()):
        cache.delete_many([own, shared])
        return AttemptResult.RIGHT
    return AttemptResult.WRONG


def sign_pass(link: SharedPreview) -> str:
    """Return a signed value that proves for ``PASS_LIFETIME`` seconds that the passcode of this link was entered."""
    return _signer().sign(_proof(link))


def verify_pass(link: SharedPreview, value: str) -> bool:
    """Return whether ``value`` is a pass for this link that was signed at most ``PASS_LIFETIME`` seconds ago."""
    try:
        proof = _signer().unsign(value, max_age=PASS_LIFETIME)
    except BadSignature:
        return False
    return constant_time_compare(proof, _proof(link))


def _signer() -> TimestampSigner:
    return TimestampSigner(salt="stories.sharing.pass")


def _proof(link: SharedPreview) -> str:
    """Return a value that identifies this link and passcode without revealing either."""
    return make_digest("stories.sharing.pass", f"{link.token_digest}{link.passcode_digest}")


def _cache_key(text: str) -> str:
    return f"preview-try:{hashlib.sha256(text.encode()).hexdigest()}"
