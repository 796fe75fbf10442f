"""Which bytes of an answer somebody gets: packed or not, or the word that what they have is the same."""

import re
from functools import lru_cache

from django.utils.http import parse_etags

# Below this size packing makes an answer longer.
WORTH_PACKING = 400  # bytes
# What a 304 leaves out of the headers of the answer that it stands for: what tells of the content (RFC 9110, 15.4.5).
OF_THE_CONTENT = frozenset(
    {"content-encoding", "content-language", "content-length", "content-type", "link", "x-robots-tag"}
)
_REFUSED = re.compile(r";\s*q=0(?:\.0*)?\s*$", re.IGNORECASE)


@lru_cache(256)
def wants_gzip(accepted: str) -> bool:
    """Say whether an ``Accept-Encoding`` allows gzip: by its name, else by ``*`` for all not named (RFC 9110, 12.5.3)."""
    named = {
        coding.partition(";")[0].strip().lower(): _REFUSED.search(coding) is None for coding in accepted.split(",")
    }
    return named.get("gzip", named.get("*", False))


def is_worth_packing(content: bytes) -> bool:
    """Say whether what was ``content`` before it was packed goes out packed: its last four bytes tell its length (RFC 1952)."""
    return int.from_bytes(content[-4:], "little") >= WORTH_PACKING


def etag(tag: str, *, is_packed: bool) -> str:
    """Return the strong ETag of one encoding: it differs by encoding, as the bytes do (RFC 9110, 8.8.3)."""
    return f'"{tag}-gzip"' if is_packed else f'"{tag}"'


def is_known(asked: str, tag: str) -> bool:
    """Say whether an ``If-None-Match`` names the ETag ``tag``, compared weakly (RFC 9110, 13.1.2)."""
    if asked == tag:
        return True
    return asked.strip() == "*" or any(each.removeprefix("W/") == tag for each in parse_etags(asked))
