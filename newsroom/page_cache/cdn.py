"""What an edge is told of an answer, a cache that stands ahead of us: its keys, and for how long it may keep it."""

import re
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.http import HttpResponseBase

# The key of every answer: whoever purges it empties the edge.
EVERYTHING = "release"
# The key of answers with more keys than a header holds: any change purges them.
MANY = "many"
LIFETIME = "CDN-Cache-Control"
# Where no purge arrives, an edge answers with what is old for no longer.
LONGEST = 3_600  # seconds
# CDNs take 16 KB in a header, but proxies by default 4 or 8 KB for all headers together, and there are two of these.
_MOST_BYTES = 1_200
_UID = re.compile(r"(?<=:)([0-9a-f]{12})[0-9a-f]{20}\b")


def tag_of(name: str) -> str:
    """Return how the key of this name is called at edges: with the first twelve digits of a uid.

    That is enough to tell millions apart; two that share them would only be purged together.
    """
    return _UID.sub(r"\1", name)


def tag_headers(names: Iterable[str]) -> dict[str, str]:
    """Return the headers that tell edges the keys of an answer: parted by spaces for some, by commas for others."""
    tags = sorted({tag_of(name) for name in names} | {EVERYTHING})
    if len(" ".join(tags)) > _MOST_BYTES:
        tags = [MANY, EVERYTHING]
    return {"Surrogate-Key": " ".join(tags), "Cache-Tag": ",".join(tags)}


def lifetime(valid_until: datetime, *, at: datetime) -> str:
    """Return the value of ``CDN-Cache-Control`` (RFC 9213) of an answer that goes out at ``at``: ``LONGEST`` at most.

    It ends a second before the moment at which time changes the answer, for which that is on its way.
    """
    left = (valid_until - at).total_seconds() - 1
    return _kept_for(max(0, min(LONGEST, int(left))))


def tagged(response: HttpResponseBase, name: str, *, seconds: int) -> HttpResponseBase:
    """Give an answer that is built from one thing its key, and where edges are purged let them keep it for so long."""
    for header, value in tag_headers([name]).items():
        response.headers[header] = value
    if settings.PURGE_URL:
        response.headers[LIFETIME] = _kept_for(seconds)
    return response


def _kept_for(seconds: int) -> str:
    return f"max-age={seconds}, must-revalidate"
