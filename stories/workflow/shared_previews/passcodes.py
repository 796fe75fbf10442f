"""Passcodes of shared previews: keyed digests, rate limited attempts, and passes for browsers that knew one."""

import hashlib
from enum import Enum

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from newsroom.http.client_ip import client_prefix
from newsroom.http.rate_limits import acquire_slot
from stories.models import SharedPreview

# How many wrong attempts at one link are allowed from one network address, and from all together, until they must wait.
MOST_BY_ONE = 5
MOST_BY_ALL = 30
WAIT = 15 * 60  # seconds
WAIT_OF_ALL = 60 * 60  # seconds
PASS_LASTS = 2 * 60 * 60  # seconds

_SIGNER = TimestampSigner(salt="stories.sharing.pass")


class AttemptResult(Enum):
    """The result of an attempt."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


def digest_of(passcode: str, *, token_digest: str) -> str:
    """Return the digest of a passcode as stored: an HMAC under SECRET_KEY, different for each link.

    A new SECRET_KEY invalidates all passcodes: the links must be made again.
    """
    # A fast digest is enough: the database alone does not suffice to try passcodes, and attempts at the address are
    # rate limited.
    return salted_hmac(f"stories.sharing.passcode:{token_digest}", passcode, algorithm="sha256").hexdigest()


def try_passcode(link: SharedPreview, passcode: str, *, address: str) -> AttemptResult:
    """Check a passcode of the link, entered from that network address.

    A wrong one takes one of ``MOST_BY_ONE`` slots of the network address, for ``WAIT`` seconds. It also takes one of
    ``MOST_BY_ALL`` slots of the link, for ``WAIT_OF_ALL`` seconds. Without a free slot nothing is compared.
    """
    # Slots are taken before the comparison, so that concurrent attempts never exceed the limit.
    own = acquire_slot(_named(f"{link.token_digest} {client_prefix(address)}"), MOST_BY_ONE, seconds=WAIT)
    if own is None:
        return AttemptResult.TOO_OFTEN
    shared = acquire_slot(_named(link.token_digest), MOST_BY_ALL, seconds=WAIT_OF_ALL)
    if shared is None:
        cache.delete(own)
        return AttemptResult.TOO_OFTEN
    if constant_time_compare(digest_of(passcode.strip(), token_digest=link.token_digest), link.passcode_digest):
        cache.delete_many([own, shared])
        return AttemptResult.RIGHT
    return AttemptResult.WRONG


def sign_pass(link: SharedPreview) -> str:
    """Return a signed value that proves, for ``PASS_LASTS`` seconds, that a browser knew the passcode of this link."""
    return _SIGNER.sign(_proof(link))


def verify_pass(link: SharedPreview, value: str) -> bool:
    """Return whether ``value`` is a pass for this link that was signed at most ``PASS_LASTS`` seconds ago."""
    try:
        proof = _SIGNER.unsign(value, max_age=PASS_LASTS)
    except BadSignature:
        return False
    return constant_time_compare(proof, _proof(link))


def _proof(link: SharedPreview) -> str:
    """Return a value that is unique to this link and passcode and reveals neither."""
    return salted_hmac(
        "stories.sharing.pass", f"{link.token_digest}{link.passcode_digest}", algorithm="sha256"
    ).hexdigest()


def _named(what: str) -> str:
    return f"preview-try:{hashlib.sha256(what.encode()).hexdigest()}"
