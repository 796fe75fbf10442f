"""The order of the parts of a story's page."""

from stories.documents import SECTION_KINDS
from stories.documents.page_order import PARTS_AFTER_SECTIONS, PageGroup, group_of_kind, in_page_order


def test_sections_come_group_by_group_and_keep_their_order_within_a_group() -> None:
    kinds = ["next", "free", "happened", "timeline", "people", "papers"]

    assert in_page_order(kinds, kind=str) == ["happened", "free", "people", "papers", "next", "timeline"]


def test_every_kind_of_section_belongs_to_one_of_the_first_two_groups() -> None:
    assert {group_of_kind(kind) for kind in SECTION_KINDS} == {PageGroup.STORY, PageGroup.WHAT_NEXT}


def test_a_section_with_its_own_heading_belongs_to_the_story() -> None:
    assert group_of_kind("free") == PageGroup.STORY


def test_the_parts_after_the_sections_are_declared_in_the_order_of_the_groups() -> None:
    groups = list(PARTS_AFTER_SECTIONS.values())

    assert groups == sorted(groups, key=list(PageGroup).index)
