"""How often one connection may try what should not be guessed."""

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from newsroom.networks import connection_of

MOST = 20
WAIT = 60 * 60  # seconds


def admit(what: str, address: str) -> bool:
    """Say whether one more try of ``what`` may come from the network address ``address``: MOST in WAIT seconds.

    Each try takes a place of its own in the cache that all workers share, so many at the same moment are as many as one
    after the other. Addresses are kept only as a keyed digest.
    """
    who = salted_hmac("newsroom.accounts.throttling", connection_of(address), algorithm="sha256").hexdigest()
    places = [f"{what}:{who}:{number}" for number in range(MOST)]
    taken = cache.get_many(places)
    return any(place not in taken and cache.add(place, 1, WAIT) for place in places)
