"""What a query is read as."""

import pytest

from newsroom.search.query.parse import LONGEST_QUERY, MOST_WORDS, ParsedQuery


@pytest.mark.parametrize(
    ("query", "phrases", "without"),
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
def test_a_query_is_words_and_phrases_and_what_is_not_wanted(query, phrases, without):
    wanted = ParsedQuery.parse(query)
    assert list(wanted.phrases) == phrases
    assert list(wanted.excluded) == without


@pytest.mark.parametrize(
    "query", ["", " ", '"', '""', "-", "--", '-"', "*", "\x00", "…", "'", "\ud800", "\u200d", "-lorries"]
)
def test_a_query_without_words_asks_for_nothing(query):
    assert not ParsedQuery.parse(query)


def test_a_query_is_cut_and_its_words_are_counted():
    assert len(ParsedQuery.parse("word " * 5_000).text) <= LONGEST_QUERY
    assert ParsedQuery.parse("x" * 10_000).words == ("x" * 100,)
    assert len(ParsedQuery.parse(" ".join(f"word{number}" for number in range(30))).words) == MOST_WORDS


def test_what_cannot_be_shown_is_not_in_the_text_of_a_query():
    assert ParsedQuery.parse("a\x00b\ud800c\n d").text == "a b c d"


def test_a_word_is_put_right_where_it_stands():
    assert (
        ParsedQuery.parse('The "nroth pier", -nroth').replace_words({"nroth": "north"}).text
        == 'The "north pier", -north'
    )
