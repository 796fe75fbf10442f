"""How alike questions and passages are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.checks.similarity import (
    MIN_SIMILARITY,
    WordingIndex,
    find_copies,
    get_stems,
    jaccard_index,
    list_required_groups,
)

WORDS = [
    "who", "pays", "for", "the", "cracked", "pillar", "pillars", "lorry", "lorries", "harbour", "harbours", "measure",
    "measured", "possible", "possibility", "again", "winter", "permit", "permits", "signing", "signed", "office",
]  # fmt: skip
questions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


@given(questions, questions)
def test_what_is_alike_holds_one_of_the_groups_whole(one, other):
    own, others = get_stems(one, "en"), get_stems(other, "en")
    if jaccard_index(own, others) >= MIN_SIMILARITY:
        assert any(others.issuperset(group) for group in list_required_groups(own))


@given(questions, st.lists(questions, max_size=8))
def test_of_many_wordings_those_are_found_that_are_alike(one, others):
    own, known = get_stems(one, "en"), {place: get_stems(other, "en") for place, other in enumerate(others)}
    alike = {place for place, other in known.items() if own and jaccard_index(own, other) >= MIN_SIMILARITY}
    assert WordingIndex(known).find_similar(own) == alike


@given(st.sets(st.text("abcdefgh", min_size=1, max_size=6), max_size=30).map(frozenset))
def test_groups_are_few_and_each_holds_many_of_the_stems(own):
    groups = list_required_groups(own)
    assert {stem for group in groups for stem in group} == own
    assert len(groups) <= 28
    # What holds a group shares a good deal already, so that little is compared for nothing.
    assert all(len(group) == len(set(group)) >= 0.2 * len(own) for group in groups)
    assert all(2 * len(group) >= len(own) for group in groups if len(own) <= 14)


@given(questions, questions)
def test_likeness_is_the_same_both_ways_and_whole_for_the_same(one, other):
    first, second = get_stems(one, "en"), get_stems(other, "en")
    assert jaccard_index(first, second) == jaccard_index(second, first) <= 1
    assert jaccard_index(first, first) == 1


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en-GB", "Who pays for the pillars?", "who paying for the pillar"),
        ("de", "Wer zahlt die Schäden?", "Wer zahlt die Schaden?"),
        ("ar", "من يدفع ثمن العمود؟", "مَن يدفع ثمن عمود"),
        ("xx", "Ala ma kota", "ALA  MA KOTA?"),
    ],
)
def test_endings_marks_and_accents_make_no_other_question(language, one, other):
    assert get_stems(one, language) == get_stems(other, language)


def test_signs_of_scripts_without_spaces_count_one_by_one():
    assert jaccard_index(get_stems("谁为码头付钱", "zh"), get_stems("谁为码头付款", "zh")) == pytest.approx(5 / 7)


def test_a_copy_is_the_one_that_stands_in_the_other():
    short = "the third pillar of the north pier is cracked"
    long = f"Nobody measured it for years, the office writes, and {short}, so that lorries go round by the quay."
    assert find_copies([(1, long), (2, f"*{short}*")]) == [(2, 1)]
    assert find_copies([(1, short), (2, long)]) == [(1, 2)]
    assert find_copies([(1, short), (2, short), (3, short)]) == [(2, 1), (3, 1)]
    assert find_copies([(1, ""), (2, "")]) == []
