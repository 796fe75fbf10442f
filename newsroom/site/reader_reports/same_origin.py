"""Tells a form that was sent from a page of ours from one that was sent from elsewhere, without a token or a cookie."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

# A filled form in the longest of scripts, each byte written as three; what is sent beyond it is not even read.
LARGEST_REQUEST = 100_000  # bytes
_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_from_here(request: HttpRequest) -> bool:
    """Say whether the browser itself vouches for a page of this site having sent the request.

    ``Sec-Fetch-Site`` decides where it is sent (Fetch Metadata, 2.3); no page can set it. Browsers without it, and
    those on a plain address, name the page's origin (RFC 6454, 7): it has to be that of the site or of this very
    request, letter by letter as browsers write it. A request that says neither is refused: every browser of the last
    years says one of them with a form.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("Origin") in {origin_of(settings.SITE_URL), f"{request.scheme}://{request.get_host()}"}


def is_of_a_form(request: HttpRequest) -> bool:
    """Say whether the request announces no more than a person's form holds (LARGEST_REQUEST)."""
    length = request.headers.get("content-length") or "0"
    return length.isdecimal() and len(length) < 10 and int(length) <= LARGEST_REQUEST


def origin_of(address: str) -> str:
    """Return the origin of a web address as browsers write it: no user, no path, no port that goes without saying."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    named = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORTS.get(parts.scheme)} else ""
    return f"{parts.scheme}://{named}{port}"
