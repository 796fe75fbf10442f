"""Detect forms submitted from other sites, without using a token or a cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# Enough for a form with all fields filled in, in the script with the longest encoding, at three characters per
# percent-encoded byte. A larger body is not read.
MAX_REQUEST_SIZE = 100_000  # bytes
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_same_origin(request: HttpRequest) -> bool:
    """Return whether the headers of the request prove that a page of this site sent it.

    If ``Sec-Fetch-Site`` is present, it decides (Fetch Metadata, 2.3); no page can set it. Otherwise, ``Origin``
    decides (RFC 6454, 7): it must equal the origin of the site or of this request, as browsers write it. Return False
    for a request with neither header.
    """
    # Browsers without Sec-Fetch-Site, and all browsers over plain HTTP, send Origin with a form.
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in {origin_of(settings.SITE_URL), f"{request.scheme}://{request.get_host()}"}


def has_allowed_length(request: HttpRequest) -> bool:
    """Return whether the request has no Content-Length, or one of at most ``MAX_REQUEST_SIZE`` bytes."""
    length = request.headers.get("content-length") or "0"
    return length.isdecimal() and len(length) < 10 and int(length) <= MAX_REQUEST_SIZE


def origin_of(address: str) -> str:
    """Return the origin of a URL as browsers write it, without user, path and default port."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    host_part = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    return f"{parts.scheme}://{host_part}{port}"
