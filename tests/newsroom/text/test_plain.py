"""Plain text of Markdown, word counts and reading times."""

from unittest.mock import Mock
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.markdown.grammar import parse_shared_tokens
from newsroom.text.plain import plain_text, reading_minutes, word_count
from tests.effort import at_most


def test_paragraphs_are_separated_by_a_blank_line() -> None:
    assert plain_text("One *line*\nand its end.\n\n> Another.\n\n# Third") == (
        "One line and its end.\n\nAnother.\n\nThird"
    )


def test_each_list_item_is_on_its_own_line() -> None:
    assert plain_text("Before\n\n- One\n- Two\n\n  more\n  1. Inner\n\nAfter") == (
        "Before\n\nOne\nTwo\nmore\nInner\n\nAfter"
    )


def test_each_table_row_is_on_its_own_line() -> None:
    assert plain_text("| Gate | Height |\n|---|---|\n| Six | 3.1 |\n| | 2 |") == "Gate\tHeight\nSix\t3.1\n2"


def test_a_hard_line_break_remains() -> None:
    assert plain_text("One\\\ntwo") == "One\ntwo"


def test_citations_notes_and_pictures_are_left_out_without_a_gap() -> None:
    source = "The sea came [@1], twice.[@2][^1] Then ![gate](picture:x) it went [@3]\n\n[^1]: So it is."
    assert plain_text(source) == "The sea came, twice. Then it went\n\nSo it is."


def test_a_link_becomes_its_words() -> None:
    assert plain_text("[the barrier](topic:x) <https://a.example>") == "the barrier https://a.example"


def test_entities_become_characters() -> None:
    assert plain_text("a &amp; b &lt;i&gt; 5 &deg;C") == "a & b <i> 5 °C"


def test_html_is_plain_text() -> None:
    assert plain_text("<b>not bold</b>") == "<b>not bold</b>"


def test_code_keeps_its_lines() -> None:
    assert plain_text("```\na\n  b\n```\n\nAfter") == "a\n  b\n\nAfter"


def test_a_text_without_words_gives_an_empty_string() -> None:
    assert plain_text(" \n\n---\n\n[@1]") == ""


@pytest.mark.parametrize(("words", "parses"), [(500, 1), (1_000, 2)])
def test_only_the_results_for_short_texts_are_cached(monkeypatch, words: int, parses: int) -> None:
    parse = Mock(side_effect=parse_shared_tokens)
    monkeypatch.setattr("newsroom.text.plain.parse_shared_tokens", parse)
    text = f"{uuid4()} {'gate ' * words}"
    assert plain_text(text) == plain_text(text)
    assert parse.call_count == parses


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (220, 1), (221, 2), (2200, 10)])
def test_reading_time_is_in_whole_minutes_and_at_least_one(words: int, minutes: int) -> None:
    assert reading_minutes(words) == minutes


def test_words_are_counted_by_splitting_at_white_space() -> None:
    assert word_count("One — *two*.[@1]\n\n- three") == 4


@given(st.text())
def test_the_word_count_of_any_text_is_that_of_its_plain_text(source: str) -> None:
    assert word_count(source) == len(plain_text(source).split())


@pytest.mark.parametrize("unit", [" ", "``` ", " [@1]", "  ![](x)", "\u00a0", " ,"])
def test_a_run_of_spaces_takes_time_in_proportion_to_its_length(unit: str) -> None:
    source = f"a{(unit * 200_000)[:200_000]}a"
    with at_most(seconds=20):
        plain_text(source)
