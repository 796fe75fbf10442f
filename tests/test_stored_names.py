"""Stored names keep their spelling: the lists of them in the glossary match the code."""

import re
from collections.abc import Mapping

import pytest

from tests import source_code
from tests.stored_names import GROUPS, Names

GLOSSARY = (source_code.ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
STORED = GLOSSARY.partition("\n## Stored names\n")[2]
LISTS = dict(re.findall(r"^#### ([^\n]+)(.*?)(?=^#|\Z)", STORED, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module", autouse=True)
def _clear_source_caches():
    yield
    source_code.clear_caches()


def names_in_glossary(heading: str) -> set[str]:
    """Return the names in the list under a heading; a name that belongs to another is ``owner: name``."""
    found: set[str] = set()
    for item in re.findall(r"^\* (.*(?:\n  .*)*)", LISTS[heading], re.MULTILINE):
        owner, colon, names = item.partition("`:")
        found |= _join_owner(owner.strip("`"), _quoted(names)) if colon else _quoted(item)
    return found


def names_in_code(names: Names) -> set[str]:
    """Return the names that were collected from the code, in the same form as ``names_in_glossary``."""
    if isinstance(names, Mapping):
        return {name for owner, several in names.items() for name in _join_owner(owner, several)}
    return set(names)


def _quoted(line: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", line))


def _join_owner(owner: str, names: set[str]) -> set[str]:
    return {f"{owner}: {name}" for name in names} or {owner}


def test_the_glossary_has_a_list_for_each_group_of_stored_names():
    assert [*LISTS] == [*GROUPS]


@pytest.mark.django_db
@pytest.mark.parametrize("heading", GROUPS)
def test_the_glossary_lists_exactly_the_stored_names_of_the_code(heading):
    code, glossary = names_in_code(GROUPS[heading]()), names_in_glossary(heading)
    gone, new = ", ".join(sorted(glossary - code)), ", ".join(sorted(code - glossary))
    assert code, f"Nothing was found for “{heading}”: tests/stored_names.py looks in the wrong place."
    assert code == glossary, (
        f"{heading}: no longer in the code: {gone or 'none'}. Not in the glossary: {new or 'none'}. "
        "A stored name keeps its spelling: see “Stored names” in docs/glossary.md."
    )
