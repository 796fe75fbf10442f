"""The permitted targets of links in Markdown: objects by uid, paths on this site, fragments, web and mailto URLs."""

import re
from typing import NamedTuple
from uuid import UUID

# The kinds of pages to which a text can link, and all kinds of objects to which it can refer.
PAGE_KINDS = ("story", "question", "topic")
KINDS = (*PAGE_KINDS, "picture")
# A text also marks words as a claim of its own document.
CLAIM = "claim"
UID = "[0-9a-f-]{32,36}"
_BY_UID = re.compile(rf"({'|'.join((*KINDS, CLAIM))}):({UID})", re.IGNORECASE | re.ASCII)
_WEB = re.compile(r"https?://[^/?#\\]", re.IGNORECASE | re.ASCII)
_MAIL = re.compile(r"mailto:[^@\s]+@[^@\s]+", re.IGNORECASE | re.ASCII)


class LinkTarget(NamedTuple):
    """A story, question, topic, image (kind ``picture``) or claim, identified by its uid.

    The address of a page is looked up when a page is rendered. A claim is one of the same document.
    """

    kind: str
    uid: UUID

    def __str__(self) -> str:
        return f"{self.kind}:{self.uid}"


def parse_target(address: str) -> LinkTarget | None:
    """Return the target that an address such as ``topic:UID`` names, or None for any other address."""
    match = _BY_UID.fullmatch(address)
    if match is None:
        return None
    try:
        return LinkTarget(match[1].lower(), UUID(match[2]))
    except ValueError:
        return None


def external_url(address: str) -> str | None:
    """Return ``address`` if it is a web or mailto URL, else None. ``//host`` becomes an https URL."""
    if address.startswith("//"):
        address = f"https:{address}"
    return address if _WEB.match(address) or _MAIL.fullmatch(address) else None


def internal_path(address: str) -> str | None:
    """Return ``address`` if it is a path on this site or a URL fragment, else None."""
    if address.startswith("#") and len(address) > 1:
        return address
    return address if address.startswith("/") and address[1:2] not in ("/", "\\") else None
