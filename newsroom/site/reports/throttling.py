"""How many reports may come in: from one network address, and from all together."""

from collections.abc import Iterator
from ipaddress import IPv6Address, ip_address, ip_network

from django.core.cache import cache
from django.utils.crypto import salted_hmac

MOST_BY_ONE = 5
MOST_BY_ALL = 100
WAIT = 60 * 60  # seconds

# Of an IPv6 address the first half is somebody's connection; the rest they choose themselves (RFC 4291, 2.5.4).
_CONNECTION = 64


def admit(address: str) -> bool:
    """Say whether one more report may come in from the network address ``address``.

    It takes one of MOST_BY_ONE places of that address and one of MOST_BY_ALL of everybody for WAIT seconds. Each place
    is taken by one alone, in the cache that all workers share, so many at the same moment are as many as one after
    the other. Addresses are kept only as a keyed digest.
    """
    own = _take(salted_hmac("newsroom.site.reports", _connection(address), algorithm="sha256").hexdigest(), MOST_BY_ONE)
    if own is None:
        return False
    if _take("all", MOST_BY_ALL) is None:
        cache.delete(own)
        return False
    return True


def _connection(address: str) -> str:
    ip = ip_address(address)
    if not isinstance(ip, IPv6Address):
        return str(ip)
    return str(ip.ipv4_mapped or ip_network((ip, _CONNECTION), strict=False))


def _take(name: str, most: int) -> str | None:
    """Take the first free of ``most`` places and return its key; None when all are taken."""
    places = list(_places(name, most))
    taken = cache.get_many(places)
    return next((place for place in places if place not in taken and cache.add(place, 1, WAIT)), None)


def _places(name: str, most: int) -> Iterator[str]:
    return (f"report:{name}:{number}" for number in range(most))
