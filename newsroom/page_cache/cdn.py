"""Response headers for CDNs: the tags by which a response is purged, and how long it may be cached."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase

# The tag of every response: purging it empties the CDN.
ALL_TAG = "release"
# The tag of responses with more tags than a header holds: every change purges it.
OVERFLOW_TAG = "many"
LIFETIME_HEADER = "CDN-Cache-Control"
# If no purge arrives, a CDN serves a stale response no longer than this.
MAX_LIFETIME = 3_600  # seconds
# CDNs accept 16 KB in a header, but proxies by default 4 or 8 KB for all headers together, and two headers hold the
# tags.
_MOST_BYTES = 1_200
_UID = re.compile(r"(?<=:)([0-9a-f]{12})[0-9a-f]{20}\b")


def cdn_tag(name: str) -> str:
    """Return the CDN tag of a page key: the key with its uid cut to the first twelve hexadecimal digits."""
    # Twelve digits distinguish millions of uids. Two uids that share them would only be purged together.
    return _UID.sub(r"\1", name)


def format_tag_headers(names: Iterable[str]) -> dict[str, str]:
    """Return the headers that give CDNs the tags of a response, by its page keys.

    Some CDNs read ``Surrogate-Key``, separated by spaces, and others ``Cache-Tag``, separated by commas.
    """
    tags = sorted({cdn_tag(name) for name in names} | {ALL_TAG})
    if len(" ".join(tags)) > _MOST_BYTES:
        tags = [OVERFLOW_TAG, ALL_TAG]
    return {"Surrogate-Key": " ".join(tags), "Cache-Tag": ",".join(tags)}


def format_lifetime(valid_until: datetime, *, at: datetime) -> str:
    """Return the value of ``CDN-Cache-Control`` (RFC 9213) for a response sent at ``at``: at most ``LONGEST`` seconds.

    It ends one second before ``valid_until``, the time at which the response changes without a write.
    """
    # The second is for the time that the response is on its way.
    left = (valid_until - at).total_seconds() - 1
    return _kept_for(max(0, min(MAX_LIFETIME, int(left))))


def add_cdn_headers(response: HttpResponseBase, name: str, *, seconds: int) -> HttpResponseBase:
    """Add the tag of one page key, and the ``seconds`` that CDNs may cache the response if they are purged."""
    for header, value in format_tag_headers([name]).items():
        response.headers[header] = value
    if settings.PURGE_URL:
        response.headers[LIFETIME_HEADER] = _kept_for(seconds)
    return response


def _kept_for(seconds: int) -> str:
    return f"max-age={seconds}, must-revalidate"
