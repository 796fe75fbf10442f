"""Where a link in Markdown may lead: to a thing of ours by uid, into this site, or out of it."""

import re
from typing import NamedTuple
from uuid import UUID

_BY_UID = re.compile(r"(story|question|topic|picture):([0-9a-f-]{32,36})", re.IGNORECASE | re.ASCII)
_WEB = re.compile(r"https?://[^/?#\\]", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(r"mailto:[^@\s]+@[^@\s]+", re.IGNORECASE | re.ASCII)


class EntityTarget(NamedTuple):
    """A thing named by kind (story, question, topic, picture) and uid: where it is found is decided when it is read."""

    kind: str
    uid: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.uid}"


def entity_target(address: str) -> EntityTarget | None:
    """Return the thing that an address such as ``topic:UID`` names, None for any other address."""
    match = _BY_UID.fullmatch(address)
    if match is None:
        return None
    try:
        return EntityTarget(match[1].lower(), UUID(match[2]))
    except ValueError:
        return None


def outside(address: str) -> str | None:
    """Return the address of another site or a mailbox, None for anything else. ``//host`` is another site too."""
    if address.startswith("//"):
        address = f"https:{address}"
    return address if _WEB.match(address) or _MAIL.fullmatch(address) else None


def inside(address: str) -> str | None:
    """Return a path or fragment of this site, None for anything else."""
    if address.startswith("#") and len(address) > 1:
        return address
    return address if address.startswith("/") and address[1:2] not in ("/", "\\") else None
