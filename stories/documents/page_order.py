"""The order of a story's page: three groups of parts, each with its sections in the order of the document."""

from collections.abc import Callable, Iterable
from enum import StrEnum

from stories.documents.headings import FORECASTS
from stories.documents.schema import HAPPENED, NEXT, TIMELINE, UNKNOWNS


class PageGroup(StrEnum):
    """A group of parts of a story's page. The groups are declared in page order."""

    STORY = "story"
    WHAT_NEXT = "next"
    METHOD = "method"


_KINDS_OF_WHAT_NEXT = frozenset({TIMELINE.code, UNKNOWNS.code, NEXT.code, FORECASTS})
# The parts that follow the sections, in page order, with their groups.
PARTS_AFTER_SECTIONS = {
    "questions": PageGroup.WHAT_NEXT,
    "sources": PageGroup.METHOD,
    "changes": PageGroup.METHOD,
    "method": PageGroup.METHOD,
}


def group_of_kind(kind: str) -> PageGroup:
    """Return the group of sections of this kind. Sections with a heading of their own belong to the story."""
    return PageGroup.WHAT_NEXT if kind in _KINDS_OF_WHAT_NEXT else PageGroup.STORY


def in_page_order[T](sections: Iterable[T], *, kind: Callable[[T], str]) -> list[T]:
    """Return the sections group by group, *What’s happened* first; within a group, the others keep their order."""
    return [section for group in group_sections(sections, kind=kind).values() for section in group]


def group_sections[T](sections: Iterable[T], *, kind: Callable[[T], str]) -> dict[PageGroup, list[T]]:
    """Return the sections of each group of the page, in page order. *What’s happened* is first. A group may be empty."""
    groups: dict[PageGroup, list[T]] = {group: [] for group in PageGroup}
    for section in sorted(sections, key=lambda section: kind(section) != HAPPENED.code):
        groups[group_of_kind(kind(section))].append(section)
    return groups
