"""Finding a copied sentence in a text."""

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
def test_a_sentence_is_found_however_it_was_copied(sentence, words):
    quotation = find_quotation(sentence, TEXT)
    assert quotation is not None
    assert quotation.words == words
    assert quotation.before + quotation.words + quotation.after == TEXT


@pytest.mark.parametrize(
    "sentence", ["", "…", "The barrier has eight gates.", "gates six seven", "ates six and", "12", "gates six and 7"]
)
def test_a_sentence_that_does_not_occur_is_not_found(sentence):
    assert find_quotation(sentence, TEXT) is None


def test_citations_in_the_form_of_the_page_are_ignored():
    sentence = "Two of them,Source 1 gates six and seven,Source2Source3 had been left openSource4; nobody knows why."
    assert find_quotation(sentence, TEXT) is None
    assert find_quotation(sentence, TEXT, citation="Source {number}").words.endswith("left open; nobody knows why.")


@pytest.mark.parametrize("sentence", ["nobody knows why.Source1", "nobody knows why.Source1 It closed.Source 12"])
def test_a_citation_directly_after_the_sentence_is_ignored(sentence):
    assert find_quotation(sentence, TEXT, citation="Source {number}").words.startswith("nobody knows why.")


def test_a_number_in_the_text_itself_is_not_a_citation():
    assert find_quotation("It has 9 gates", "It has 9 gates.").words == "It has 9 gates."
    assert find_quotation("2019", "Since 2019.").words == "2019."
    assert find_quotation("It signs permit 1", "It signs permit 0.") is None
    assert find_quotation("It has 9 gates", "It has gates.") is None


def test_in_a_long_text_only_the_context_is_returned():
    quotation = find_quotation("in the middle", f"{'before ' * 200}in the middle{' after' * 200}")
    assert quotation.before.startswith("… before")
    assert quotation.after.endswith("after …")
    assert len(quotation.before) < 200
    assert len(quotation.after) < 200


def test_special_characters_of_patterns_are_plain_text():
    assert find_quotation("C++ (a+b)* [x]", "It is C++ (a+b)* [x].").words == "C++ (a+b)* [x"
    assert find_quotation("(" * 5_000, TEXT) is None


def test_a_hostile_sentence_takes_little_time():
    assert find_quotation("1 " * 500, "1 " * 5_000) is not None
    assert find_quotation("a 1 " * 250 + "b", "a " * 20_000) is None


def test_a_long_sentence_that_almost_matches_everywhere_is_searched_in_linear_time():
    with at_most(seconds=2):
        assert find_quotation("a " * 1_000 + "b", "a " * 100_000) is None
