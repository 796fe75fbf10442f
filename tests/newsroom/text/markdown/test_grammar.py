"""Escaping: plain text escaped as Markdown renders as exactly the same words."""

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
def test_any_escaped_text_has_the_same_words(text):
    assert plain_text(escape(text)).split() == text.split()


@pytest.mark.parametrize(
    "text",
    ["The gate’s cost is 3.5 (or 4) million – “no more”.", "snake_case and a-b, 5 & 6, A+B!", "1 in 3; #tag; $5 / £4"],
)
def test_ordinary_text_needs_no_escapes(text):
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
def test_markdown_syntax_is_escaped(text, markdown):
    assert escape(text) == markdown


def test_white_space_is_collapsed_only_if_it_contains_a_line_break():
    assert escape(f"a{' ' * 50_000}b{' ' * 50_000}\n\tc") == f"a{' ' * 50_000}b c"


def test_the_rules_are_compiled_before_threads_share_the_parser(monkeypatch):
    fresh = grammar._build_grammar()
    monkeypatch.setattr(
        Ruler, "__compile__", lambda ruler: pytest.fail("The rules were compiled while threads shared the parser.")
    )
    assert next(token.type for token in fresh.parse("# One\n\n*Two* [@3]")) == "heading_open"
