"""Response headers for CDNs: the tags for purging a response, and how long it may be cached."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase

# The tag of every response: purging it empties the CDN.
ALL_TAG = "release"
# The tag of responses that have too many tags for a header. Every change purges these responses.
OVERFLOW_TAG = "many"
LIFETIME_HEADER = "CDN-Cache-Control"
# If a purge is lost, a CDN serves a stale response for at most this long.
MAX_LIFETIME = 3_600  # seconds
# CDNs accept 16 KB in a header, but by default, proxies accept only 4 or 8 KB for all headers together. The tags are
# sent in two headers.
_MAX_TAG_BYTES = 1_200
_UID = re.compile(r"(?<=:)([0-9a-f]{12})[0-9a-f]{20}\b")


def cdn_tag(name: str) -> str:
    """Return the CDN tag of a page key: the key with its uid cut to the first twelve hexadecimal digits."""
    # Twelve digits distinguish millions of uids. If two uids share these digits, the only effect is that they are
    # purged together.
    return _UID.sub(r"\1", name)


def format_tag_headers(names: Iterable[str]) -> dict[str, str]:
    """Return the headers that tell CDNs the tags of a response, made from its page keys.

    Some CDNs read ``Surrogate-Key``, in which spaces separate the tags, and others ``Cache-Tag``, in which commas do.
    ``OVERFLOW_TAG`` replaces tags that are too many for a header.
    """
    tags = sorted({cdn_tag(name) for name in names} | {ALL_TAG})
    if len(" ".join(tags)) > _MAX_TAG_BYTES:
        tags = [OVERFLOW_TAG, ALL_TAG]
    return {"Surrogate-Key": " ".join(tags), "Cache-Tag": ",".join(tags)}


def format_lifetime(valid_until: datetime, *, at: datetime) -> str:
    """Return the value of ``CDN-Cache-Control`` (RFC 9213) for a response sent at ``at``.

    The lifetime is at most ``MAX_LIFETIME`` seconds. It is 0 or ends at least one second before ``valid_until``, the
    time at which the response changes without a write.
    """
    # One second is for the transmission of the response.
    remaining = (valid_until - at).total_seconds() - 1
    return _format_max_age(max(0, min(MAX_LIFETIME, int(remaining))))


def add_cdn_headers(response: HttpResponseBase, name: str, *, seconds: int) -> HttpResponseBase:
    """Add the tags for one page key and, if ``PURGE_URL`` is set, permit CDNs to cache the response for ``seconds``."""
    for header, value in format_tag_headers([name]).items():
        response.headers[header] = value
    if settings.PURGE_URL:
        response.headers[LIFETIME_HEADER] = _format_max_age(seconds)
    return response


def _format_max_age(seconds: int) -> str:
    return f"max-age={seconds}, must-revalidate"
