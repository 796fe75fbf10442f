"""The IP address of a client, and the connection and the network that rate limits count as one client."""

import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from newsroom.http.request_state import RequestState

# The first 64 bits of an IPv6 address identify a connection; a client chooses the rest itself (RFC 4291, 2.5.4).
# One site is assigned up to a /48 (RFC 6177, 2). In IPv4, a /24 is the smallest prefix that networks announce.
_CONNECTION = 64
_NETWORK_OF_IPV6 = 48
_NETWORK_OF_IPV4 = 24

# An address with its port, as some proxies write it (RFC 7239, 6).
_WITH_PORT = re.compile(r"\[(?P<v6>[^]]+)\](?::\d+)?|(?P<v4>[\d.]+):\d+", re.ASCII)
# A request through a Unix socket of this machine has no address.
_LOCAL = "127.0.0.1"

_ADDRESS = RequestState(str)

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the IP address of the client, as the trusted proxies report it in X-Forwarded-For.

    If the header is malformed, log a warning once per request and return the address of the connection.
    """
    if not (known := _ADDRESS.get(request)):
        known = _forwarded(request) or _address_in(request.META.get("REMOTE_ADDR", "")) or _LOCAL
        _ADDRESS.set(request, known)
    return known


def _forwarded(request: HttpRequest) -> str:
    """Return the address from which the outermost trusted proxy received the request, or an empty string."""
    # Each proxy appends the address that it received the request from. The client may have written all before these.
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
    """Return the IP address in ``text`` without port and zone, or an empty string if there is none."""
    text = text.strip()
    if found := _WITH_PORT.fullmatch(text):
        text = found["v6"] or found["v4"]
    try:
        return str(_read(text.partition("%")[0]))
    except ValueError:
        return ""


def client_prefix(address: str) -> str:
    """Return the part of an IP address that its client cannot change at will: the /64 of IPv6, all of IPv4.

    An IPv4-mapped IPv6 address counts as IPv4. Raise ValueError if ``address`` is not an IP address.
    """
    ip = _read(address)
    return str(ip) if isinstance(ip, IPv4Address) else _around(ip, _CONNECTION)


def site_prefix(address: str) -> str:
    """Return the network that one organisation may hold: the /48 of IPv6, the /24 of IPv4.

    An IPv4-mapped IPv6 address counts as IPv4. Raise ValueError if ``address`` is not an IP address.
    """
    ip = _read(address)
    return _around(ip, _NETWORK_OF_IPV4 if isinstance(ip, IPv4Address) else _NETWORK_OF_IPV6)


def _read(address: str) -> IPv4Address | IPv6Address:
    ip = ip_address(address)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _around(ip: IPv4Address | IPv6Address, length: int) -> str:
    return str(ip_network((ip, length), strict=False))
