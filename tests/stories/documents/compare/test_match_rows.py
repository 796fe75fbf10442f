"""Matching the rows of two lists."""

from hypothesis import given
from hypothesis import strategies as st

from stories.documents.compare.match_rows import match_rows
from tests.effort import at_most

rows = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=8)


def match_by_value(old, new):
    return [(match.old, match.new, match.is_moved) for match in match_rows(old, new, [lambda value: value])]


def test_rows_with_equal_keys_match():
    assert match_by_value("ab", "ab") == [("a", "a", False), ("b", "b", False)]
    assert match_by_value("a", "b") == [("a", None, False), (None, "b", False)]


def test_a_removed_row_keeps_its_old_place():
    assert match_by_value("abc", "ac") == [("a", "a", False), ("b", None, False), ("c", "c", False)]
    assert match_by_value("abc", "c") == [("a", None, False), ("b", None, False), ("c", "c", False)]


def test_as_few_rows_as_possible_count_as_moved():
    assert match_by_value("abcd", "bcda") == [("b", "b", False), ("c", "c", False), ("d", "d", False), ("a", "a", True)]


def test_remaining_rows_are_matched_by_the_next_key():
    matches = match_rows([(1, "x"), (2, "y")], [(3, "y"), (1, "z")], [lambda row: row[0], lambda row: row[1]])
    assert [(match.old, match.new) for match in matches] == [((2, "y"), (3, "y")), ((1, "x"), (1, "z"))]


@given(rows, rows)
def test_every_row_of_both_lists_is_in_exactly_one_match(old, new):
    matches = match_rows(old, new, [lambda row: row, lambda row: row[0]])
    assert [match.new for match in matches if match.new is not None] == new
    assert sorted(match.position_before for match in matches if match.position_before) == list(range(1, len(old) + 1))
    assert all(
        (match.old is None) == (match.position_before == 0) and (match.new is None) == (match.position_after == 0)
        for match in matches
    )
    unmoved = [
        match.position_before
        for match in matches
        if not match.is_moved and match.position_before and match.position_after
    ]
    assert unmoved == sorted(unmoved)


def test_ten_thousand_rows_are_matched_within_a_second():
    with at_most(seconds=1):
        match_rows(range(10_000), range(0, 10_000, 2), [lambda value: value])
