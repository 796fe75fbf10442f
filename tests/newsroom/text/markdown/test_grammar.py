"""Plain text written as Markdown says exactly its own words, however it is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.ruler import Ruler

from newsroom.text.markdown import grammar
from newsroom.text.markdown.grammar import escape
from newsroom.text.plain import plain_text

marks = st.sampled_from("\\`*_{}[]()<>#+-.!|~&;:=@^$\"'/ 0123ab\n")
characters = st.one_of(marks, st.characters(exclude_categories=["Cc", "Cs"]))


@given(st.text(characters))
def test_any_text_says_its_own_words(text):
    assert plain_text(escape(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    ["The gate’s cost is 3.5 (or 4) million – “no more”.", "snake_case and a-b, 5 & 6, A+B!", "1 in 3; #tag; $5 / £4"],
)
def test_ordinary_text_stays_as_it_is(text):
    assert escape(text) == text


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("# One", r"\# One"),
        ("1. One", r"1\. One"),
        ("- One", r"\- One"),
        ("---", r"\---"),
        ("[@2] says", r"\[@2\] says"),
        ("&amp; &", r"\&amp; &"),
        ("<b>no</b>", r"\<b>no\</b>"),
    ],
)
def test_what_markdown_would_read_as_a_mark_is_escaped(text, markdown):
    assert escape(text) == markdown


def test_spaces_without_a_break_stay_however_many_and_those_with_one_are_one():
    assert escape(f"a{' ' * 50_000}b{' ' * 50_000}\n\tc") == f"a{' ' * 50_000}b c"


def test_the_rules_are_compiled_before_threads_share_them(monkeypatch):
    fresh = grammar._grammar()
    monkeypatch.setattr(
        Ruler, "__compile__", lambda ruler: pytest.fail("The rules are compiled while threads share them.")
    )
    assert next(token.type for token in fresh.parse("# One\n\n*Two* [@3]")) == "heading_open"
