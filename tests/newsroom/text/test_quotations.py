"""A copied sentence is found again where it stands."""

import pytest

from newsroom.text.quotations import find_quotation
from tests.effort import at_most

TEXT = "The barrier has nine gates. Two of them, gates six and seven, had been left open; nobody knows why. It closed."


@pytest.mark.parametrize(
    ("sentence", "words"),
    [
        ("The barrier has nine gates.", "The barrier has nine gates."),
        ("the  BARRIER\nhas nine gates", "The barrier has nine gates."),
        (
            "Two of them,1 gates six and seven,23 had been left open",
            "Two of them, gates six and seven, had been left open",
        ),
        ("nobody knows why.3 It closed.12", "nobody knows why. It closed."),
        ("“had been left open; nobody knows why…”", "had been left open; nobody knows why."),
    ],
)
def test_it_is_found_however_it_was_copied(sentence, words):
    found = find_quotation(sentence, TEXT)
    assert found is not None
    assert found.words == words
    assert found.before + found.words + found.after == TEXT


@pytest.mark.parametrize(
    "sentence", ["", "…", "The barrier has eight gates.", "gates six seven", "ates six and", "12", "gates six and 7"]
)
def test_other_words_are_not_found(sentence):
    assert find_quotation(sentence, TEXT) is None


def test_a_citation_is_left_out_in_the_words_in_which_a_page_says_it():
    sentence = "Two of them,Source 1 gates six and seven,Source2Source3 had been left openSource4; nobody knows why."
    assert find_quotation(sentence, TEXT) is None
    assert find_quotation(sentence, TEXT, citation="Source {number}").words.endswith("left open; nobody knows why.")


@pytest.mark.parametrize("sentence", ["nobody knows why.Source1", "nobody knows why.Source1 It closed.Source 12"])
def test_a_citation_that_sticks_to_the_end_of_a_sentence_is_left_out(sentence):
    assert find_quotation(sentence, TEXT, citation="Source {number}").words.startswith("nobody knows why.")


def test_a_number_that_the_text_has_is_part_of_it():
    assert find_quotation("It has 9 gates", "It has 9 gates.").words == "It has 9 gates."
    assert find_quotation("2019", "Since 2019.").words == "2019."
    assert find_quotation("It signs permit 1", "It signs permit 0.") is None
    assert find_quotation("It has 9 gates", "It has gates.") is None


def test_of_a_long_text_only_what_stands_around_it_is_shown():
    found = find_quotation("in the middle", f"{'before ' * 200}in the middle{' after' * 200}")
    assert found.before.startswith("… before")
    assert found.after.endswith("after …")
    assert len(found.before) < 200
    assert len(found.after) < 200


def test_words_that_mean_something_to_a_pattern_are_only_words():
    assert find_quotation("C++ (a+b)* [x]", "It is C++ (a+b)* [x].").words == "C++ (a+b)* [x"
    assert find_quotation("(" * 5_000, TEXT) is None


def test_a_hostile_sentence_costs_no_time():
    assert find_quotation("1 " * 500, "1 " * 5_000) is not None
    assert find_quotation("a 1 " * 250 + "b", "a " * 20_000) is None


def test_the_longest_sentence_that_almost_stands_everywhere_is_looked_for_in_moments():
    with at_most(seconds=2):
        assert find_quotation("a " * 1_000 + "b", "a " * 100_000) is None
