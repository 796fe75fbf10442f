"""Where a text does not write as the house does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.checks.house_style import Entry, find_matches, replace_matches
from tests.effort import at_most


def entry(written: str, preferred: str = "", **fields: Any) -> Entry:
    return Entry(fields.pop("key", 1), written, preferred, **fields)


def written(text: str, *entries: Entry, language: str = "en") -> str:
    """Return the text as the house writes it."""
    return replace_matches(text, find_matches(text, entries, language))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("The web site is down.", "The website is down."),
        ("Web site and WEB SITE", "Website and WEBSITE"),
        ("A web\nsite, a web  site", "A website, a website"),
        ("websites, web sites, cobweb site", "websites, web sites, cobweb site"),
        (
            "[a web site](https://lisle.example/web site) `web site`",
            "[a website](https://lisle.example/web site) `web site`",
        ),
        ("see https://lisle.example/?web%20site or web site.", "see https://lisle.example/?web%20site or website."),
        ("**web site**_web site_", "**website**_web site_"),
    ],
)
def test_a_phrase_is_found_as_people_write_it_and_nowhere_else(text, right):
    assert written(text, entry("web site", "website")) == right


@pytest.mark.parametrize(
    ("one", "text", "right"),
    [
        (
            entry("Internet", "internet"),
            "The Internet. Internet at last. internet",
            "The internet. Internet at last. internet",
        ),
        (entry("Internet", "internet", is_case_sensitive=True), "The Internet, INTERNET", "The internet, INTERNET"),
        (entry("cafe", "café"), "A cafe, a café, a Cafe\u0301", "A café, a café, a Cafe\u0301"),
        (entry("café", "coffee house"), "a cafe\u0301 here", "a coffee house here"),
        (entry("Lisle", "Port Lisle"), "Lisle and Port Lisle", "Port Lisle and Port Lisle"),
        (entry("don't", "do not"), "I don’t", "I do not"),
        (entry("straße", "Strasse"), "Die STRASSE, die straße", "Die STRASSE, die Strasse"),
        (entry("北京", "北平"), "在北京市", "在北平市"),
        (entry("हिंदी", "हिन्दी"), "हिंदी", "हिन्दी"),
        (entry("हिंद", "भारत"), "हिंदी और हिंद", "हिंदी और भारत"),
        (entry("&", "and"), "bread & butter", "bread and butter"),
    ],
)
def test_capitals_marks_and_scripts_are_kept_as_the_place_asks(one, text, right):
    assert written(text, one) == right


def test_of_two_entries_at_one_place_the_longer_counts():
    both = entry("site", "place"), entry("web site", "website", key=2)
    assert written("a web site, a site", *both) == "a website, a place"


@pytest.mark.parametrize(
    ("of", "language", "holds"), [("", "de", True), ("en", "en-GB", True), ("en-gb", "en", False), ("e", "en", False)]
)
def test_an_entry_holds_in_its_language(of, language, holds):
    assert bool(find_matches("a web site", [entry("web site", "website", language=of)], language)) is holds


def test_a_banned_word_has_nothing_in_its_place():
    (match,) = find_matches("It is very cold.", [entry("very")], "en")
    assert (match.start, match.end, match.replacement) == (6, 10, "")


WORDS = st.text("aAbBé ’-北.\n`[]()", min_size=1, max_size=6).filter(lambda words: words.strip())


@given(st.text("aAbBé ’-北.\n`[]()", max_size=40), st.lists(st.tuples(WORDS, WORDS), max_size=4))
def test_whatever_is_found_lies_in_the_text_and_apart(text, pairs):
    entries = [entry(" ".join(one.split()), " ".join(other.split()), key=n) for n, (one, other) in enumerate(pairs)]
    end = 0
    for match in find_matches(text, entries, "en"):
        assert end <= match.start < match.end <= len(text)
        assert text[match.start : match.end] != match.replacement
        end = match.end


@pytest.mark.parametrize("part", ["](", "<a:", "a.", "a-", "zz `a` ", "zz yyzz "])
def test_the_longest_text_is_read_in_moments(part):
    text = part * (200_000 // len(part))
    with at_most(seconds=4):
        find_matches(text, [entry("zz", "yyzz")], "en")
