"""Content negotiation of stored responses: gzip or not, ETags, and ``If-None-Match``."""

import re
from functools import lru_cache

from django.utils.http import parse_etags

# Compressing a smaller response saves little or nothing.
MIN_COMPRESSED_SIZE = 400  # bytes
# Headers that a 304 omits, because they describe the content (RFC 9110, 15.4.5).
CONTENT_HEADERS = frozenset(
    {"content-encoding", "content-language", "content-length", "content-type", "link", "x-robots-tag"}
)
_ZERO_QUALITY = re.compile(r";\s*q=0(?:\.0*)?\s*$", re.IGNORECASE)


@lru_cache(256)
def accepts_gzip(accepted: str) -> bool:
    """Return whether an ``Accept-Encoding`` header allows gzip, by name or else by ``*`` (RFC 9110, 12.5.3)."""
    accepts_by_coding = {
        coding.partition(";")[0].strip().lower(): _ZERO_QUALITY.search(coding) is None for coding in accepted.split(",")
    }
    return accepts_by_coding.get("gzip", accepts_by_coding.get("*", False))


def is_worth_compressing(content: bytes) -> bool:
    """Return whether the gzipped ``content`` is long enough, when decompressed, to be served compressed."""
    # The last four bytes of gzip data are the length of the decompressed content (RFC 1952).
    return int.from_bytes(content[-4:], "little") >= MIN_COMPRESSED_SIZE


def format_etag(tag: str, *, is_compressed: bool) -> str:
    """Return the strong ETag for one encoding.

    Each encoding has its own, because the bytes differ (RFC 9110, 8.8.3).
    """
    return f'"{tag}-gzip"' if is_compressed else f'"{tag}"'


def matches_etag(if_none_match: str, tag: str) -> bool:
    """Return whether ``if_none_match`` is ``*`` or contains the ETag ``tag``, by weak comparison (RFC 9110, 13.1.2)."""
    if if_none_match == tag:
        return True
    return if_none_match.strip() == "*" or any(each.removeprefix("W/") == tag for each in parse_etags(if_none_match))
