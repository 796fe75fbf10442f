"""The table of contents of a story: its parts in three groups, in page order."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stories.documents.page_order import PageGroup

GROUP_NAMES: dict[PageGroup, Promise] = {
    PageGroup.STORY: _("The story"),
    PageGroup.WHAT_NEXT: _("What comes next"),
    PageGroup.METHOD: _("How we know"),
}


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A part of the page: the group to which it belongs, its anchor and its heading."""

    group: PageGroup
    anchor: str
    heading: str


@dataclass(frozen=True, slots=True)
class ContentsGroup:
    """A group of the table of contents, with at least one entry."""

    code: str
    name: str
    entries: list[ContentsEntry]


@dataclass(frozen=True, slots=True)
class Contents:
    """The table of contents. Its length is the number of entries; a group without entries is left out."""

    entries: tuple[ContentsEntry, ...]

    def __len__(self) -> int:
        return len(self.entries)

    @property
    def groups(self) -> list[ContentsGroup]:
        """The groups in page order."""
        return [
            ContentsGroup(group.value, str(name), entries)
            for group, name in GROUP_NAMES.items()
            if (entries := [entry for entry in self.entries if entry.group == group])
        ]


def build_contents(entries: Iterable[tuple[PageGroup, str, str, object]]) -> Contents:
    """Return the table of contents, from the group, anchor, heading and content of each part; empty ones are left out."""
    return Contents(
        tuple(ContentsEntry(group, anchor, heading) for group, anchor, heading, content in entries if content)
    )
