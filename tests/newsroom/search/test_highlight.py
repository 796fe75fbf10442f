"""Highlights in a text, and excerpts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.search.analysis import iter_words, stem_word
from newsroom.search.highlight import find_densest, make_excerpt, mark_words
from newsroom.search.query.parse import ParsedQuery


def list_marked(text: str, query: str, language: str) -> list[str]:
    return [piece.text for piece in mark_words(text, ParsedQuery.parse(query), language=language) if piece.is_hit]


@pytest.mark.parametrize(
    ("text", "query", "language", "expected"),
    [
        ("A lorry and two Lorries.", "lorry", "en", ["lorry", "Lorries"]),
        ("Die Brücken am Fluß.", "brücke FLUSS", "de", ["Brücken", "Fluß"]),
        ("La organización y las organizaciones.", "organizacion", "es", ["organización", "organizaciones"]),
        ("أُغلق الميناء", "ميناء", "ar", ["الميناء"]),
        ("The Lisle Courier", "courier", "", ["Courier"]),
        ("Piers", "-piers north", "en", []),
        ("North-east of it", "north-east", "en", ["North", "east"]),
    ],
)
def test_words_are_marked_by_the_rules_of_the_language(text, query, language, expected):
    assert list_marked(text, query, language) == expected


@pytest.mark.parametrize("language", ["en", "ar"])  # matched at the beginnings of words, and word by word
def test_words_that_begin_with_the_typed_prefix_are_marked(language):
    text = "The dredger dredged; a dredging, adredge."
    pieces = mark_words(text, ParsedQuery.parse("the dredg"), language=language, prefix="dredg")
    assert [piece.text for piece in pieces if piece.is_hit] == ["The", "dredger", "dredged", "dredging"]


def test_the_pieces_make_up_the_text():
    text = "<b>Pier</b> & “pier”"
    assert "".join(piece.text for piece in mark_words(text, ParsedQuery.parse("pier b"), language="en")) == text


def test_an_excerpt_shows_the_part_with_most_of_the_words():
    text = "Lorries wait. " + "Nothing is said here. " * 30 + "The lorries of Port Lisle turn back. " + "Nothing. " * 40
    pieces = make_excerpt(text, ParsedQuery.parse("lorry lisle"), language="en", length=80)
    assert [piece.text for piece in pieces if piece.is_hit] == ["lorries", "Lisle"]
    assert pieces[0].text == pieces[-1].text == "…"
    assert len("".join(piece.text for piece in pieces)) <= 82


def test_an_excerpt_without_a_hit_is_the_beginning_of_the_text():
    pieces = make_excerpt("One word after another. " * 20, ParsedQuery.parse("pier"), language="en", length=30)
    assert [piece.text for piece in pieces] == ["One word after another. One", "…"]


def test_a_short_text_is_its_own_excerpt():
    pieces = make_excerpt("A short text.", ParsedQuery.parse("short"), language="en")
    assert [piece.text for piece in pieces] == ["A ", "short", " text."]


def find_densest_slowly(hits, length):
    """Return the same result as ``find_densest``, computed by its definition from each hit."""
    best, first = 0, 0
    for number, hit in enumerate(hits):
        window = {other.folded for other in hits[number:] if other.end - hit.start <= length}
        if len(window) > best:
            best, first = len(window), hit.start
    return first


@given(
    st.lists(st.sampled_from(["a", "pier", "pier", "gates", "harbourmaster", "港口", "—", "\n"])), st.integers(1, 40)
)
def test_the_densest_part_is_the_same_as_by_definition(pieces, length):
    hits = list(iter_words(" ".join(pieces)))
    assert find_densest(hits, length) == find_densest_slowly(hits, length)


def test_the_work_for_each_hit_does_not_grow_with_their_number():
    class Counted(str):
        hash_count = 0

        def __hash__(self):
            Counted.hash_count += 1
            return super().__hash__()

    hits = [word._replace(folded=Counted(word.folded)) for word in iter_words("pier lisle " * 5_000)]
    find_densest(hits, 160)
    assert Counted.hash_count < 10 * len(hits)


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru", "ar", "nl", "id", "ja", ""])
@given(
    st.lists(
        st.sampled_from(
            [
                "pier",
                "Piers",
                "pierced",
                "lorry",
                "Lorries",
                "lorrylorry",
                "Brücken",
                "BRUCKE",
                "Fluß",
                "Flüsse",
                "ﬁsh",
                "fish",
                "naïve",
                "NAIVE",
                "Häuser",
                "Haus",
                "dying",
                "ma-ison",
                "maisons",
                "ciudad",
                "ciudades",
                "Ἀθῆναι",
                "корабли",
                "корабль",
                "الميناء",
                "ميناء",
                "港口の橋",
                "a²",
                "x_pier",
                "pier’s",
                "“pier”",
                "né·e",
            ]
        )
    ),
    st.sampled_from(
        ["pier", "lorry fish", "brücke fluss", "haus", "maison", "ciudad", "корабль", "ميناء", "橋", "naive"]
    ),
)
def test_marks_are_the_same_as_by_comparing_every_word(language, pieces, query):
    text, expected = " ".join(pieces), ParsedQuery.parse(query)
    wanted_forms = {stem_word(word, language) for word in expected.words} | set(expected.words)
    matching = [
        word
        for word in iter_words(text)
        if word.folded in wanted_forms or stem_word(word.folded, language) in wanted_forms
    ]
    marked_words = [piece.text for piece in mark_words(text, expected, language=language) if piece.is_hit]
    assert marked_words == [text[word.start : word.end] for word in matching]


def test_a_long_text_full_of_hits_has_an_excerpt():
    text = "pier " * 40_000 + "lisle pier"
    pieces = make_excerpt(text, ParsedQuery.parse("pier lisle"), length=12)
    assert [piece.text for piece in pieces if piece.is_hit] == ["pier", "lisle"]
