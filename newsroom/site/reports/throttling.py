"""How many reports may come in: from one connection, from the network around it, and from all together."""

from collections.abc import Iterator

from django.core.cache import cache
from django.utils.crypto import salted_hmac

from newsroom.networks import connection_of, network_of

# Whoever would shut the form for everybody needs twenty networks, not only twenty connections of one.
MOST_BY_ONE = 5
MOST_BY_NETWORK = 25
MOST_BY_ALL = 500
WAIT = 60 * 60  # seconds


def admit(address: str) -> bool:
    """Say whether one more report may come in from the network address ``address``.

    It takes for WAIT seconds one of MOST_BY_ONE places of its connection, one of MOST_BY_NETWORK of its network and one
    of MOST_BY_ALL of everybody; where one is missing it takes none. Each place is taken by one alone, in the cache that
    all workers share, so many at the same moment are as many as one after the other. Addresses are kept only as a keyed
    digest.
    """
    steps = (
        (_digest(connection_of(address)), MOST_BY_ONE),
        (_digest(network_of(address)), MOST_BY_NETWORK),
        ("all", MOST_BY_ALL),
    )
    taken: list[str] = []
    for name, most in steps:
        place = _take(name, most)
        if place is None:
            cache.delete_many(taken)
            return False
        taken.append(place)
    return True


def _digest(network: str) -> str:
    return salted_hmac("newsroom.site.reports", network, algorithm="sha256").hexdigest()


def _take(name: str, most: int) -> str | None:
    """Take the first free of ``most`` places and return its key; None when all are taken."""
    places = list(_places(name, most))
    taken = cache.get_many(places)
    return next((place for place in places if place not in taken and cache.add(place, 1, WAIT)), None)


def _places(name: str, most: int) -> Iterator[str]:
    return (f"report:{name}:{number}" for number in range(most))
