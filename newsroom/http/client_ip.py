"""The IP address of a client, and the networks that rate limits treat as one client or as one site."""

import logging
import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

from newsroom.http.request_state import RequestState

# The first 64 bits of an IPv6 address identify a subnet; the client chooses the other bits (RFC 4291, 2.5.4). A site is
# assigned up to a /48 (RFC 6177, 2). In IPv4, a /24 is the smallest network that is announced separately.
_CLIENT_PREFIX_LENGTH = 64
_IPV6_SITE_PREFIX_LENGTH = 48
_IPV4_SITE_PREFIX_LENGTH = 24

# An IPv4 address with a port, or an IPv6 address in brackets with or without a port (RFC 7239, 6).
_WITH_PORT = re.compile(r"\[(?P<v6>[^]]+)\](?::\d+)?|(?P<v4>[\d.]+):\d+", re.ASCII)
# A request through a Unix socket has no address.
_LOCAL = "127.0.0.1"

_ADDRESS = RequestState(str)

logger = logging.getLogger(__name__)


def client_address(request: HttpRequest) -> str:
    """Return the IP address of the client, as the trusted proxies report it in X-Forwarded-For.

    Without trusted proxies, or if the header is missing or malformed, return the address of the connection. For a
    malformed header, also log a warning, once per request.
    """
    if not (address := _ADDRESS.get(request)):
        address = _get_forwarded_address(request) or _parse_address(request.META.get("REMOTE_ADDR", "")) or _LOCAL
        _ADDRESS.set(request, address)
    return address


def _get_forwarded_address(request: HttpRequest) -> str:
    """Return the address from which the outermost trusted proxy received the request, or an empty string."""
    # Each proxy appends the address from which it received the request. The client may have written all earlier
    # addresses.
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    header = request.headers.get("x-forwarded-for", "")
    if not (proxies and header):
        return ""
    addresses = header.split(",")
    address = _parse_address(addresses[-proxies]) if len(addresses) >= proxies else ""
    if not address:
        logger.warning("X-Forwarded-For is malformed: the address of the connection counts. See TRUSTED_PROXY_COUNT.")
    return address


def _parse_address(text: str) -> str:
    """Return the IP address in ``text`` without its port and zone, or an empty string if there is none."""
    text = text.strip()
    if match := _WITH_PORT.fullmatch(text):
        text = match["v6"] or match["v4"]
    try:
        return str(_parse_ip(text.partition("%")[0]))
    except ValueError:
        return ""


def client_prefix(address: str) -> str:
    """Return the part of an IP address that the client cannot change at will: the /64 in IPv6, all of it in IPv4.

    An IPv4-mapped IPv6 address counts as IPv4. Raise ValueError if ``address`` is not an IP address.
    """
    ip = _parse_ip(address)
    return str(ip) if isinstance(ip, IPv4Address) else _get_network(ip, _CLIENT_PREFIX_LENGTH)


def site_prefix(address: str) -> str:
    """Return the network that may belong to one organisation: the /48 in IPv6, the /24 in IPv4.

    An IPv4-mapped IPv6 address counts as IPv4. Raise ValueError if ``address`` is not an IP address.
    """
    ip = _parse_ip(address)
    return _get_network(ip, _IPV4_SITE_PREFIX_LENGTH if isinstance(ip, IPv4Address) else _IPV6_SITE_PREFIX_LENGTH)


def _parse_ip(address: str) -> IPv4Address | IPv6Address:
    ip = ip_address(address)
    return (ip.ipv4_mapped or ip) if isinstance(ip, IPv6Address) else ip


def _get_network(ip: IPv4Address | IPv6Address, length: int) -> str:
    return str(ip_network((ip, length), strict=False))
