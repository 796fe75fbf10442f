"""How often one connection may try what should not be guessed."""

from django.utils.crypto import salted_hmac

from newsroom.http.client_ip import connection_of
from newsroom.http.rate_limits import take

MOST = 20
WAIT = 60 * 60  # seconds


def admit(what: str, address: str) -> bool:
    """Say whether one more try of ``what`` may come from the network address ``address``: MOST in WAIT seconds.

    Addresses are kept only as a keyed digest.
    """
    who = salted_hmac("newsroom.accounts.throttling", connection_of(address), algorithm="sha256").hexdigest()
    return take(f"{what}:{who}", MOST, seconds=WAIT) is not None
