"""The similarity of questions and of passages."""

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
def test_a_similar_question_contains_all_stems_of_a_group(one, other):
    stems, other_stems = get_stems(one, "en"), get_stems(other, "en")
    if jaccard_index(stems, other_stems) >= MIN_SIMILARITY:
        assert any(other_stems.issuperset(group) for group in list_required_groups(stems))


@given(questions, st.lists(questions, max_size=8))
def test_the_index_finds_the_same_wordings_as_comparing_all(one, others):
    stems, known = get_stems(one, "en"), {position: get_stems(other, "en") for position, other in enumerate(others)}
    similar = {position for position, other in known.items() if stems and jaccard_index(stems, other) >= MIN_SIMILARITY}
    assert WordingIndex(known).find_similar(stems) == similar


@given(st.sets(st.text("abcdefgh", min_size=1, max_size=6), max_size=30).map(frozenset))
def test_there_are_few_groups_with_many_stems_each(own):
    groups = list_required_groups(own)
    assert {stem for group in groups for stem in group} == own
    assert len(groups) <= 28
    # A set that contains a whole group shares many stems with ``own``, so few comparisons are made in vain.
    assert all(len(group) == len(set(group)) >= 0.2 * len(own) for group in groups)
    assert all(2 * len(group) >= len(own) for group in groups if len(own) <= 14)


@given(questions, questions)
def test_similarity_is_symmetric_and_1_for_equal_questions(one, other):
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
def test_endings_punctuation_and_accents_do_not_change_the_stems(language, one, other):
    assert get_stems(one, language) == get_stems(other, language)


def test_characters_of_scripts_without_spaces_count_separately():
    assert jaccard_index(get_stems("谁为码头付钱", "zh"), get_stems("谁为码头付款", "zh")) == pytest.approx(5 / 7)


def test_the_passage_contained_in_the_other_is_the_copy():
    short = "the third pillar of the north pier is cracked"
    long = f"Nobody measured it for years, the office writes, and {short}, so that lorries go round by the quay."
    assert find_copies([(1, long), (2, f"*{short}*")]) == [(2, 1)]
    assert find_copies([(1, short), (2, long)]) == [(1, 2)]
    assert find_copies([(1, short), (2, short), (3, short)]) == [(2, 1), (3, 1)]
    assert find_copies([(1, ""), (2, "")]) == []
