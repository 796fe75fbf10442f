"""The limits on the Markdown of one page bound the work of the parser."""

import pytest

from newsroom.text.markdown import render
from newsroom.text.size_limits import MAX_MARKS, MAX_TEXT_LENGTH, describe_excess
from tests.effort import lines_run

EXPENSIVE_UNITS = [
    "[",
    "![",
    "[a](",
    "[[a]",
    "[@",
    "<![CDATA[",
    "*a_ __b** ",
    "`a``",
    "- a\n",
    "1. a\n",
    "> a\n",
    "|a|b|\n|-|-|\n",
]


def test_a_long_story_is_within_the_limits() -> None:
    paragraph = "The pier is closed: nobody may pass – “not even on foot”. " * 5 + "\n\n"
    assert describe_excess([paragraph * 450] * 4) == ""


@pytest.mark.parametrize("mark", ["[", "*", "\n", "\r\n", "\r", "|", "{", "\\["])
def test_marks_are_counted_over_all_texts_of_a_page(mark: str) -> None:
    most = [mark * (MAX_MARKS // 2), "Words.", mark * (MAX_MARKS // 2)]
    assert describe_excess(most) == ""
    assert "more than 25,000" in describe_excess([*most, mark])


def test_a_text_that_is_too_long_is_quoted() -> None:
    assert describe_excess(["a" * MAX_TEXT_LENGTH]) == ""
    assert describe_excess(["b", "a" * (MAX_TEXT_LENGTH + 1)]).startswith(
        f"“{'a' * 40}…” is longer than 200,000 characters"
    )


def test_the_characters_of_all_texts_of_a_page_are_counted_together() -> None:
    assert describe_excess(["a" * MAX_TEXT_LENGTH] * 3) == ""
    assert (
        describe_excess([*["a" * MAX_TEXT_LENGTH] * 3, "b"])
        == "There are more than 600,000 characters: split it into several pages."
    )


@pytest.mark.parametrize("unit", EXPENSIVE_UNITS)
def test_the_work_of_the_parser_for_each_counted_mark_is_limited(unit: str) -> None:
    assert describe_excess([unit * 13_000] * 2)
    assert lines_run(lambda: render(unit * 300, numbers={}, anchor="a")) < 300 * 6_000
