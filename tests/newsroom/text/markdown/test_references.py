"""References by name in Markdown source: where they are, and that replacing them leaves everything else unchanged."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.markdown.references import find_references, replace_references
from tests.effort import at_most

UID = "0b8e5f0a-4d2b-4d5e-9c39-6f1b1f0a0001"
PIECES = st.sampled_from(
    [
        "[the pier](topic:pier)", "![](picture:gates.2)", "[x](<story:The pier>)", f"[x](TOPIC:{UID})", "`", "```", "~~~\n",
        "\n", "\n\n", "\\", "](", "topic:pier", ")", "<", ">", " ", "words", '[x](question:why "Title")', "   ", "(", "ä",
    ]
)  # fmt: skip


def names_in(source):
    return [f"{each.kind}:{each.name}" for each in find_references(source)]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("The [pier](topic:pier) and ![a gate](picture:gate.2).", ["topic:pier", "picture:gate.2"]),
        (f"[x](STORY:{UID})", [f"story:{UID}"]),
        ('[x](<topic:The pier> "Title") [y]( question:why )', ["topic:The pier", "question:why"]),
        ("[x](topic:مرفأ-ليل) [y](\ntopic:pier)", ["topic:مرفأ-ليل", "topic:pier"]),
        ("[x\\](topic:pier) [y](outlet:pier) [z](topic:) (topic:pier) topic:pier", []),
        ("[x](topic:pier(1)) [y](topic:pier", []),
        ("`[x](topic:one)` ``[x](topic:two) ` `` [x](topic:three)", ["topic:three"]),
        ("`[x](topic:one)\n\n[x](topic:two)`", ["topic:one", "topic:two"]),
        ("\\`[x](topic:one)\\`", ["topic:one"]),
        ("```text\n[x](topic:one)\n\n[x](topic:two)\n```\n[x](topic:three)", ["topic:three"]),
        ("~~~\n[x](topic:one)", []),
    ],
)
def test_references_are_found_in_links_and_images_but_not_in_code(source, found):
    assert names_in(source) == found


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_new_name_for_every_reference_changes_nothing_else(source):
    assert replace_references(source, lambda reference, written: written) == source
    renamed = replace_references(source, lambda reference, written: f"topic:{UID}")
    assert names_in(renamed) == [f"topic:{UID}"] * len(names_in(source))
    originals = iter([source[each.start : each.end] for each in find_references(source)])
    assert replace_references(renamed, lambda reference, written: next(originals)) == source


@pytest.mark.parametrize(
    "pattern",
    [
        "[x](topic:pier) ",
        "](topic:",
        "[x](<topic:",
        "`[x](topic:",
        "``` `",
        "\\](",
        "](   ",
        "~~~\n",
        "`a``b```c\n\n",
        "](\n",
    ],
)
def test_the_effort_grows_with_the_length_of_a_text(pattern):
    source = (pattern * (200_000 // len(pattern) + 1))[:200_000]
    with at_most(3):
        list(find_references(source))


@pytest.mark.parametrize("space", [" ", "\t", "\n", " \n"])
def test_a_long_run_of_white_space_takes_little_effort(space):
    with at_most(3):
        found = [each.name for each in find_references(f"[x]({space * 100_000}topic:pier)")]
    assert found == (["pier"] if space in " \t" else [])


def test_backticks_of_many_lengths_take_little_effort():
    source = " ".join("`" * length for length in range(1, 630)) + "](topic:pier)"
    with at_most(3):
        assert len(list(find_references(source))) == 1
