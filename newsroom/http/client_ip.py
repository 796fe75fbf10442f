"""Where a request comes from, and who counts as one where asking has limits: its connection, and the network around it."""

import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# Of an IPv6 address the first half is somebody's connection; the rest they choose themselves (RFC 4291, 2.5.4). One
# site is given up to a /48 (RFC 6177, 2); of IPv4 a /24 is the smallest part that networks announce to each other.
_CONNECTION = 64
_NETWORK_OF_IPV6 = 48
_NETWORK_OF_IPV4 = 24

# An address with its port, as some proxies write it (RFC 7239, 6).
_WITH_PORT = re.compile(r"\[(?P<v6>[^]]+)\](?::\d+)?|(?P<v4>[\d.]+):\d+", re.ASCII)
# Who asks through a socket of this machine has no address.
_LOCAL = "127.0.0.1"

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the IP address of whoever sent the request, as the nearest proxies that are trusted tell it.

    Each of them adds to X-Forwarded-For whom it heard from, at the end; what stands before that the client may have
    written. Where the header is malformed the address of the connection counts, and the log says so once.
    """
    known = vars(request)
    if "client_address" not in known:
        known["client_address"] = _forwarded(request) or _address_in(request.META.get("REMOTE_ADDR", "")) or _LOCAL
    return str(known["client_address"])


def _forwarded(request: HttpRequest) -> str:
    """Return the address that the outermost trusted proxy heard from; nothing where none tells one."""
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    header = request.headers.get("x-forwarded-for", "")
    if not (proxies and header):
        return ""
    told = header.split(",")
    address = _address_in(told[-proxies]) if len(told) >= proxies else ""
    if not address:
        logger.warning("X-Forwarded-For is malformed: the address of the connection counts. See TRUSTED_PROXY_COUNT.")
    return address


def _address_in(text: str) -> str:
    """Return the IP address in ``text`` without port and zone; nothing for anything else."""
    text = text.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found["v6"] or found["v4"]
    try:
        return str(_read(text.partition("%")[0]))
    except ValueError:
        return ""


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
