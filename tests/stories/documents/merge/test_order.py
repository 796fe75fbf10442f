"""Merging two orders of the same rows."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents.merge.order import merge_order
from tests.effort import lines_run

ROWS = tuple(range(7))


@given(theirs=st.permutations(ROWS), mine=st.permutations(ROWS))
def test_each_pair_has_the_order_of_the_side_that_swapped_it(theirs, mine):
    order, is_conflict = merge_order(ROWS, theirs, mine, ROWS)
    assert sorted(order) == list(ROWS)
    if is_conflict:
        assert order == list(theirs)
        return
    for first, second in combinations(ROWS, 2):
        is_swapped = any(side.index(second) < side.index(first) for side in (theirs, mine))
        assert (order.index(second) < order.index(first)) == is_swapped


@pytest.mark.parametrize("swapped", [0, 1])
def test_thousands_of_rows_are_merged_in_time_proportional_to_their_number(swapped):
    def arrange(number):
        base = list(range(number))
        mine = [*base[1:], base[0]] if swapped else [*base[:-2], base[-1], base[-2]]
        added = [(row, "new") for row in base]
        both = [each for pair in zip(base, added, strict=True) for each in pair]
        merge_order(base, both[::-1], mine, both)

    few, many = lines_run(lambda: arrange(1_000)), lines_run(lambda: arrange(4_000))
    assert many < 5 * few
