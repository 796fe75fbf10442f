"""Links by uid in exports become URLs of public pages, or plain words."""

import pytest

from newsroom.text.markdown.relink import find_targets, replace_targets
from tests.effort import at_most

ONE, TWO = "0b8e5f0a-4d2b-4d5e-9c39-6f1b1f0a0001", "0b8e5f0a-4d2b-4d5e-9c39-6f1b1f0a0002"
ADDRESSES = {f"story:{ONE}": "https://news.example/stories/pier/"}


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        (f"The [pier](story:{ONE}) is shut.", "The [pier](https://news.example/stories/pier/) is shut."),
        (f'The [pier](<story:{ONE}> "Title").', 'The [pier](https://news.example/stories/pier/ "Title").'),
        (f"[The *old* pier](STORY:{ONE.upper()})", "[The *old* pier](https://news.example/stories/pier/)"),
        (f"The [pier](story:{TWO}) is shut.", "The pier is shut."),
        (f"The [pier [west] \\] end[@3]](topic:{TWO}), [x](story:{TWO}).", "The pier [west] \\] end[@3], x."),
        (f"[a](story:{TWO})[b](story:{ONE})", "a[b](https://news.example/stories/pier/)"),
        (f"![what nobody reads](picture:{TWO})", f"![](picture:{TWO})"),
        ("Left [alone](https://paper.example/) and [@2].", "Left [alone](https://paper.example/) and [@2]."),
        (f"No opening](story:{TWO})", "No opening"),
        (f"[No link\\](story:{TWO})", f"[No link\\](story:{TWO})"),
        (f"[a] b](story:{TWO}) [c](story:{TWO})", "[a] b c"),
    ],
)
def test_links_by_uid_become_addresses_or_plain_words(source, printed):
    assert replace_targets(source, ADDRESSES) == printed


def test_a_link_with_an_invalid_uid_becomes_its_words():
    malformed = "[x](story:----------------------------------)"
    assert replace_targets(malformed, {}) == "x"
    assert find_targets(malformed) == set()
    assert find_targets(f"[x](story:{ONE.replace('-', '')}) [y](topic:{TWO})") == {f"story:{ONE}", f"topic:{TWO}"}


def test_a_text_of_many_opening_brackets_is_processed_quickly():
    source = "[" * 20_000 + f"](story:{TWO})" * 50
    assert TWO not in replace_targets(source, {})


@pytest.mark.parametrize(
    "unit",
    [
        "]",
        f"](topic:{TWO}) ",
        f"](story:{ONE}) ",
        "[",
        "[]",
        "![",
        "\\",
        f"\\](topic:{TWO})",
        "](",
        "](\t",
        f"](topic:{TWO} ",
    ],
)
def test_a_text_of_brackets_takes_time_in_proportion_to_its_length(unit):
    source = (unit * 200_000)[:200_000]
    with at_most(seconds=10):
        replace_targets(source, ADDRESSES)
        find_targets(source)
