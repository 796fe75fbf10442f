"""Who counts as one where asking has limits: of a network address, the connection and the network it belongs to."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

# Of an IPv6 address the first half is somebody's connection; the rest they choose themselves (RFC 4291, 2.5.4). One
# site is given up to a /48 (RFC 6177, 2); of IPv4 a /24 is the smallest part that networks announce to each other.
_CONNECTION = 64
_NETWORK_OF_IPV6 = 48
_NETWORK_OF_IPV4 = 24


def connection_of(address: str) -> str:
    """Return what somebody at the IP address ``address`` cannot change at will: of IPv6 its /64, of IPv4 itself.

    IPv4 written as IPv6 is IPv4. Raises ValueError for what is no address.
    """
    ip = _read(address)
    return str(ip) if isinstance(ip, IPv4Address) else _around(ip, _CONNECTION)


def network_of(address: str) -> str:
    """Return the network that may all be one organisation's: of IPv6 the /48, of IPv4 the /24. Reads and raises alike."""
    ip = _read(address)
    return _around(ip, _NETWORK_OF_IPV4 if isinstance(ip, IPv4Address) else _NETWORK_OF_IPV6)


def _read(address: str) -> IPv4Address | IPv6Address:
    ip = ip_address(address)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _around(ip: IPv4Address | IPv6Address, length: int) -> str:
    return str(ip_network((ip, length), strict=False))
