"""Names the places of a page after their headings, so that a link to one keeps its meaning."""

import re

from newsroom.text.slugs import slugify

# Ids that the page itself uses. The second kind has a number or a name behind the hyphen.
_FIXED = frozenset({
    "changes", "content", "contents", "corrections", "deeper", "history", "lead", "main", "menu", "method",
    "more", "questions", "related", "search", "sources", "standfirst", "summary", "top", "topics",
})  # fmt: skip
_NUMBERED = re.compile(r"(answer|cite|id|note|noted|passage|picture|question|source|topic)-")


class Anchors:
    """Gives each place of one page an id that no other has."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def claim(self, heading: str, *, otherwise: str, prefix: str = "") -> str:
        """Return an id made of ``heading``, or of ``otherwise`` where that holds no letter or digit.

        Headings keep their script. A second place of the same name gets a number; an id of the page itself is never
        given.
        """
        wanted = prefix + (slugify(heading) or otherwise)
        if not prefix and (wanted in _FIXED or _NUMBERED.match(wanted)):
            wanted = f"section-{wanted}"
        anchor, number = wanted, 1
        while anchor in self._given:
            number += 1
            anchor = f"{wanted}-{number}"
        self._given.add(anchor)
        return anchor
