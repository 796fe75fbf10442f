"""Passcodes of links: a keyed digest, tries that are throttled without a gap, and a pass for who knew it."""

import hashlib
from enum import Enum

from django.core.cache import cache
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import constant_time_compare, salted_hmac

from newsroom.http.client_ip import connection_of
from newsroom.http.rate_limits import acquire
from stories.models import SharedPreview

# How often one connection may be wrong at one link, and all together at that link, before they have to wait.
MOST_BY_ONE = 5
MOST_BY_ALL = 30
WAIT = 15 * 60  # seconds
WAIT_OF_ALL = 60 * 60  # seconds
PASS_LASTS = 2 * 60 * 60  # seconds

_SIGNER = TimestampSigner(salt="stories.sharing.pass")


class Trial(Enum):
    """What came of trying a passcode."""

    RIGHT = "right"
    WRONG = "wrong"
    TOO_OFTEN = "too often"


def digest_of(passcode: str, *, token_digest: str) -> str:
    """Return what is kept of a passcode: an HMAC under SECRET_KEY, different for each link.

    Who reads the database alone cannot try passcodes; who tries them at the address is throttled. So it may be quick.
    A new SECRET_KEY makes links with a passcode useless: they are made anew.
    """
    return salted_hmac(f"stories.sharing.passcode:{token_digest}", passcode, algorithm="sha256").hexdigest()


def try_passcode(link: SharedPreview, passcode: str, *, address: str) -> Trial:
    """Say whether this is the passcode of the link, tried from that network address.

    A wrong one takes one of MOST_BY_ONE places of the connection for WAIT seconds, and one of MOST_BY_ALL for
    WAIT_OF_ALL; without a free place nothing is compared. Places are taken before comparing.
    """
    own = acquire(_named(f"{link.token_digest} {connection_of(address)}"), MOST_BY_ONE, seconds=WAIT)
    if own is None:
        return Trial.TOO_OFTEN
    shared = acquire(_named(link.token_digest), MOST_BY_ALL, seconds=WAIT_OF_ALL)
    if shared is None:
        cache.delete(own)
        return Trial.TOO_OFTEN
    if constant_time_compare(digest_of(passcode.strip(), token_digest=link.token_digest), link.passcode_digest):
        cache.delete_many([own, shared])
        return Trial.RIGHT
    return Trial.WRONG


def pass_for(link: SharedPreview) -> str:
    """Return what proves for PASS_LASTS seconds that somebody knew the passcode of this very link."""
    return _SIGNER.sign(_proof(link))


def is_pass(link: SharedPreview, value: str) -> bool:
    """Say whether ``value`` is a pass for this link that was given no longer than PASS_LASTS seconds ago."""
    try:
        proof = _SIGNER.unsign(value, max_age=PASS_LASTS)
    except BadSignature:
        return False
    return constant_time_compare(proof, _proof(link))


def _proof(link: SharedPreview) -> str:
    """Return a value that neither another link nor another passcode has, and that says nothing of either."""
    return salted_hmac(
        "stories.sharing.pass", f"{link.token_digest}{link.passcode_digest}", algorithm="sha256"
    ).hexdigest()


def _named(what: str) -> str:
    return f"preview-try:{hashlib.sha256(what.encode()).hexdigest()}"
