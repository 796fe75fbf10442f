"""Aligning two sequences."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.diff import align as align_module
from newsroom.text.diff.align import Stretch, align, find_occurrences, longest_increasing

sequences = st.lists(st.integers(0, 5), max_size=30)


def common_length(old, new):
    """Return the length of a longest common subsequence, computed by the textbook algorithm."""
    row = [0] * (len(new) + 1)
    for old_token in old:
        row, previous = [0], row
        for index, new_token in enumerate(new):
            row.append(max(previous[index + 1], row[-1], previous[index] + (old_token == new_token)))
    return row[-1]


@given(sequences, sequences)
def test_stretches_cover_both_sequences_and_equal_stretches_have_equal_tokens(old, new):
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
def test_equal_stretches_are_a_longest_common_subsequence(old, new):
    assert sum(each.end - each.start for each in align(old, new) if each.same) == common_length(old, new)


@given(sequences, sequences)
def test_long_sequences_that_are_cut_first_are_aligned_completely(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align_module, "MAX_PAIRS", 2)
        equal = [
            (old[each.start : each.end], new[each.new_start : each.new_end]) for each in align(old, new) if each.same
        ]
    assert all(one == other for one, other in equal)
    assert sum(len(one) for one, _ in equal) <= common_length(old, new)


def test_equal_sequences_give_one_stretch_and_empty_ones_none():
    assert align("abc", "abc") == [Stretch(True, 0, 3, 0, 3)]
    assert align("", "") == []


def test_long_texts_are_aligned_at_words_that_occur_once_on_each_side(monkeypatch):
    monkeypatch.setattr(align_module, "MAX_PAIRS", 2)
    old, new = ["a", "b", "KEEP", "b", "a"], ["b", "a", "KEEP", "a", "b"]
    equal = [word for each in align(old, new) if each.same for word in old[each.start : each.end]]
    assert equal == ["b", "KEEP", "a"] or equal == ["a", "KEEP", "b"]


def test_sequences_that_are_too_long_to_align_count_as_completely_changed(monkeypatch):
    monkeypatch.setattr(align_module, "MAX_ALIGNED", 3)
    assert align("abab", "baba") == [Stretch(False, 0, 4, 0, 4)]


@given(sequences, sequences)
def test_a_short_sequence_is_aligned_with_one_of_any_length(old, new):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(align_module, "MAX_ALIGNED", min(len(old), len(new)))
        assert sum(each.end - each.start for each in align(old, new) if each.same) == common_length(old, new)


def test_a_long_text_keeps_most_common_words_if_its_parts_are_swapped():
    random_source = random.Random(7)  # noqa: S311
    words = [str(random_source.randrange(40)) for _ in range(3_000)]
    cut = 1_000
    equal = sum(each.end - each.start for each in align(words, words[cut:] + words[:cut]) if each.same)
    assert equal >= 2_000


@given(st.lists(st.integers(), unique=True, max_size=12))
def test_a_longest_increasing_subsequence_is_ascending(values):
    chain = [values[place] for place in longest_increasing(values)]
    assert chain == sorted(chain)
    assert bool(chain) == bool(values)


def test_a_longest_increasing_subsequence_leaves_out_as_few_values_as_possible():
    assert longest_increasing([2, 0, 1, 3]) == [1, 2, 3]


@given(st.text("ab", min_size=1, max_size=4), st.text("ab", max_size=30))
def test_every_occurrence_of_a_part_is_found(part, whole):
    assert list(find_occurrences(part, whole)) == [
        place for place in range(len(whole)) if whole.startswith(part, place)
    ]


def test_an_empty_part_has_no_occurrence():
    assert list(find_occurrences("", "ab")) == []
