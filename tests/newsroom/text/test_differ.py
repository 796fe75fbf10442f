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
