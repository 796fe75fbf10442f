"""Finding the same row in two lists."""

from hypothesis import given
from hypothesis import strategies as st

from stories.documents.compare.match_rows import match_rows
from tests.effort import at_most

rows = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), max_size=8)


def told(old, new):
    return [(pair.old, pair.new, pair.is_moved) for pair in match_rows(old, new, [lambda value: value])]


def test_rows_are_the_same_whose_key_agrees():
    assert told("ab", "ab") == [("a", "a", False), ("b", "b", False)]
    assert told("a", "b") == [("a", None, False), (None, "b", False)]


def test_a_row_that_went_stands_where_it_stood():
    assert told("abc", "ac") == [("a", "a", False), ("b", None, False), ("c", "c", False)]
    assert told("abc", "c") == [("a", None, False), ("b", None, False), ("c", "c", False)]


def test_as_few_rows_as_possible_have_moved():
    assert told("abcd", "bcda") == [("b", "b", False), ("c", "c", False), ("d", "d", False), ("a", "a", True)]


def test_rows_left_over_are_matched_by_the_next_key():
    pairs = match_rows([(1, "x"), (2, "y")], [(3, "y"), (1, "z")], [lambda row: row[0], lambda row: row[1]])
    assert [(pair.old, pair.new) for pair in pairs] == [((2, "y"), (3, "y")), ((1, "x"), (1, "z"))]


@given(rows, rows)
def test_every_row_of_both_lists_stands_in_one_pair(old, new):
    pairs = match_rows(old, new, [lambda row: row, lambda row: row[0]])
    assert [pair.new for pair in pairs if pair.new is not None] == new
    assert sorted(pair.was for pair in pairs if pair.was) == list(range(1, len(old) + 1))
    assert all((pair.old is None) == (pair.was == 0) and (pair.new is None) == (pair.now == 0) for pair in pairs)
    kept = [pair.was for pair in pairs if not pair.is_moved and pair.was and pair.now]
    assert kept == sorted(kept)


def test_ten_thousand_rows_are_matched_in_moments():
    with at_most(seconds=1):
        match_rows(range(10_000), range(0, 10_000, 2), [lambda value: value])
