"""Comparing two texts word by word."""

from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.differ import Run, differences


def test_only_the_words_that_changed_are_marked():
    assert differences("It closed in thirty minutes.", "It closed in forty minutes.") == [
        Run("same", "It closed in "),
        Run("gone", "thirty "),
        Run("new", "forty "),
        Run("same", "minutes."),
    ]


def test_words_that_changed_in_a_row_are_one_run():
    assert differences("at three.", "before dawn.") == [
        Run("gone", "at three"),
        Run("new", "before dawn"),
        Run("same", "."),
    ]


def test_a_sentence_added_at_the_end_leaves_the_full_stop_before_it_as_it_was():
    assert differences("It closed.[@4]", "It closed.[@4] Nobody saw it.") == [
        Run("same", "It closed.[@4]"),
        Run("new", " Nobody saw it."),
    ]


@given(st.text(), st.text())
def test_the_runs_hold_both_texts_whole(old, new):
    runs = differences(old, new)
    assert "".join(run.text for run in runs if run.kind != "new") == old
    assert "".join(run.text for run in runs if run.kind != "gone") == new


def test_one_changed_word_is_found_in_a_text_of_any_length():
    lines = [f"Line {number} of it.\n" for number in range(20_000)]
    old, new = "".join([*lines, "It was three.\n", *lines]), "".join([*lines, "It was four.\n", *lines])
    assert [run.text for run in differences(old, new) if run.kind != "same"] == ["three", "four"]


def test_texts_that_could_be_matched_in_too_many_ways_stand_as_they_are():
    old, new = "a\n" * 50_000 + "c\n", "b\n" + "a\n\n" * 25_000
    assert differences(old, new) == [Run("gone", old), Run("new", new)]
