"""Which bytes of an answer somebody gets: packed or not, or the word that what they have is the same."""

import re
from functools import lru_cache

from django.utils.http import parse_etags

_WANTS_GZIP = re.compile(r"(?:^|,)\s*(?:gzip|\*)\s*(?!;\s*q=0(?:\.0*)?\s*(?:,|$))(?:;|,|$)", re.IGNORECASE)


@lru_cache(256)
def wants_gzip(accepted: str) -> bool:
    """Say whether an ``Accept-Encoding`` allows gzip (RFC 9110, 12.5.3)."""
    return _WANTS_GZIP.search(accepted) is not None


def etag(tag: str, *, is_packed: bool) -> str:
    """Return the strong ETag of one encoding: it differs by encoding, as the bytes do (RFC 9110, 8.8.3)."""
    return f'"{tag}-gzip"' if is_packed else f'"{tag}"'


def is_known(asked: str, tag: str) -> bool:
    """Say whether an ``If-None-Match`` names the ETag ``tag``, compared weakly (RFC 9110, 13.1.2)."""
    if asked == tag:
        return True
    return asked.strip() == "*" or any(each.removeprefix("W/") == tag for each in parse_etags(asked))
