"""What a search is narrowed to."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

STORY, QUESTION, TOPIC, OUTLET = "story", "question", "topic", "source"
PAGES = (STORY, QUESTION)
NAMES = (TOPIC, OUTLET)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; nothing said narrows nothing.

    ``kinds`` are those of hits. ``topic`` and ``outlet`` keep pages that name it, ``section`` (a kind of section)
    keeps stories in which the words stand in a section of that kind. ``since`` and ``until`` are the first and the last
    day, by UTC, on which a page was updated. Topics and outlets are found only where nothing but ``kinds`` is said.
    """

    kinds: frozenset[str] = frozenset()
    topic: UUID | None = None
    outlet: UUID | None = None
    section: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def of_pages(self) -> frozenset[str]:
        """The kinds of pages that are asked for."""
        wanted = self.kinds or frozenset(PAGES + NAMES)
        return wanted & ({STORY} if self.section else set(PAGES))

    @property
    def of_names(self) -> frozenset[str]:
        """The kinds of names that are asked for: topics and outlets."""
        is_narrowed = self.topic or self.outlet or self.section or self.since or self.until
        return frozenset() if is_narrowed else (self.kinds or frozenset(NAMES)) & set(NAMES)
