"""Parsing search queries."""

import pytest

from newsroom.search.query.parse import MAX_QUERY_LENGTH, MAX_WORDS, ParsedQuery


@pytest.mark.parametrize(
    ("query", "phrases", "excluded"),
    [
        ("Pier  closed", [("pier",), ("closed",)], []),
        ('"north pier" Lisle', [("north", "pier"), ("lisle",)], []),
        ("“north pier” «Port Lisle»", [("north", "pier"), ("port", "lisle")], []),
        ("„Brücke am Fluß“", [("brucke", "am", "fluss")], []),
        ("pier -lorries", [("pier",)], [("lorries",)]),
        ('pier -"heavy lorries"', [("pier",)], [("heavy", "lorries")]),
        ("north-east don’t", [("north", "east"), ("don", "t")], []),
        ("pier pier PIER", [("pier",)], []),
        ('pier "closed to', [("pier",), ("closed", "to")], []),
        ("أَسعار المِينـاء", [("اسعار",), ("الميناء",)], []),
        ("港口", [("港", "口")], []),
        ("नदी", [("नदी",)], []),
        ("ﬁne ½", [("fine",), ("1", "2")], []),
        ("AND OR NOT NEAR(a b)", [("and",), ("or",), ("not",), ("near", "a"), ("b",)], []),
        ("-lorries", [], [("lorries",)]),
    ],
)
def test_a_query_consists_of_words_phrases_and_exclusions(query, phrases, excluded):
    parsed = ParsedQuery.parse(query)
    assert list(parsed.phrases) == phrases
    assert list(parsed.excluded) == excluded


@pytest.mark.parametrize(
    "query", ["", " ", '"', '""', "-", "--", '-"', "*", "\x00", "…", "'", "\ud800", "\u200d", "-lorries"]
)
def test_a_query_without_words_is_empty(query):
    assert not ParsedQuery.parse(query)


def test_the_length_and_the_number_of_words_are_limited():
    assert len(ParsedQuery.parse("word " * 5_000).text) <= MAX_QUERY_LENGTH
    assert ParsedQuery.parse("x" * 10_000).words == ("x" * 100,)
    assert len(ParsedQuery.parse(" ".join(f"word{number}" for number in range(30))).words) == MAX_WORDS


def test_control_characters_are_replaced_in_the_text_of_a_query():
    assert ParsedQuery.parse("a\x00b\ud800c\n d").text == "a b c d"


def test_words_are_replaced_in_place():
    assert (
        ParsedQuery.parse('The "nroth pier", -nroth').replace_words({"nroth": "north"}).text
        == 'The "north pier", -north'
    )
