"""Gives everything in the demonstration its uid: made from its key, so the same on every machine."""

import re
from uuid import UUID, uuid5

_WORLD = UUID("0b7f8a52-6f57-5d0e-8f4e-2f7a7c1d9e30")
_BY_KEY = re.compile(r"\]\((story|question|topic|picture):([^)\s]+)\)")


def uid_of(kind: str, *keys: str | int) -> UUID:
    """Return the uid of the thing of ``kind`` under ``keys``: ``uid_of("section", "kelmar-barrier", "behind")``."""
    return uuid5(_WORLD, "/".join((kind, *map(str, keys))))


def linked(text: str) -> str:
    """Return the Markdown with links by key, ``[words](topic:vessara)``, turned into links by uid."""
    return _BY_KEY.sub(lambda link: f"]({link[1]}:{uid_of(link[1], link[2])})", text).strip()
