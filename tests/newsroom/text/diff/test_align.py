"""Finding what two sequences have in common."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.diff import align as align_module
from newsroom.text.diff.align import Stretch, align, find_occurrences, longest_increasing

sequences = st.lists(st.integers(0, 5), max_size=30)


def common(old, new):
    """Return the length of a longest common subsequence, by the textbook."""
    row = [0] * (len(new) + 1)
    for one in old:
        row, above = [0], row
        for place, other in enumerate(new):
            row.append(max(above[place + 1], row[-1], above[place] + (one == other)))
    return row[-1]


@given(sequences, sequences)
def test_stretches_cover_both_and_hold_equal_tokens_where_they_say_so(old, new):
    stretches = align(old, new)
    assert [place for each in stretches for place in range(each.start, each.end)] == list(range(len(old)))
    assert [place for each in stretches for place in range(each.new_start, each.new_end)] == list(range(len(new)))
    for each in stretches:
        if each.same:
            assert old[each.start : each.end] == new[each.new_start : each.new_end] != []
        else:
            assert each.end > each.start or each.new_end > each.new_start
    assert all(one.same != other.same for one, other in pairwise(stretches))


@given(sequences, sequences)
def test_nothing_more_could_have_been_kept(old, new):
    assert sum(each.end - each.start for each in align(old, new) if each.same) == common(old, new)


@given(sequences, sequences)
def test_what_is_cut_because_it_is_long_is_covered_as_well(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align_module, "MAX_PAIRS", 2)
        kept = [
            (old[each.start : each.end], new[each.new_start : each.new_end]) for each in align(old, new) if each.same
        ]
    assert all(one == other for one, other in kept)
    assert sum(len(one) for one, _ in kept) <= common(old, new)


def test_equal_sequences_are_one_stretch_and_empty_ones_none():
    assert align("abc", "abc") == [Stretch(True, 0, 3, 0, 3)]
    assert align("", "") == []


def test_long_texts_are_hung_on_words_that_stand_once_on_each_side(monkeypatch):
    monkeypatch.setattr(align_module, "MAX_PAIRS", 2)
    old, new = ["a", "b", "KEEP", "b", "a"], ["b", "a", "KEEP", "a", "b"]
    kept = [word for each in align(old, new) if each.same for word in old[each.start : each.end]]
    assert kept == ["b", "KEEP", "a"] or kept == ["a", "KEEP", "b"]


def test_what_is_too_large_to_be_weighed_stands_against_each_other_whole(monkeypatch):
    monkeypatch.setattr(align_module, "MAX_ALIGNED", 3)
    assert align("abab", "baba") == [Stretch(False, 0, 4, 0, 4)]


@given(sequences, sequences)
def test_few_tokens_are_weighed_against_any_number(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align_module, "MAX_ALIGNED", min(len(old), len(new)))
        assert sum(each.end - each.start for each in align(old, new) if each.same) == common(old, new)


def test_a_long_text_keeps_what_it_shares_with_one_in_another_order():
    dice = random.Random(7)  # noqa: S311
    words = [str(dice.randrange(40)) for _ in range(3_000)]
    cut = 1_000
    kept = sum(each.end - each.start for each in align(words, words[cut:] + words[:cut]) if each.same)
    assert kept >= 2_000


@given(st.lists(st.integers(), unique=True, max_size=12))
def test_an_ascending_chain_ascends(values):
    chain = [values[place] for place in longest_increasing(values)]
    assert chain == sorted(chain)
    assert bool(chain) == bool(values)


def test_as_few_as_possible_are_left_out_of_a_chain():
    assert longest_increasing([2, 0, 1, 3]) == [1, 2, 3]


@given(st.text("ab", min_size=1, max_size=4), st.text("ab", max_size=30))
def test_a_part_is_found_in_every_place_where_it_stands(part, whole):
    assert list(find_occurrences(part, whole)) == [
        place for place in range(len(whole)) if whole.startswith(part, place)
    ]


def test_nothing_stands_nowhere():
    assert list(find_occurrences("", "ab")) == []
