"""Marked words are found again after edits, or said to be gone; never are other words taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents.walk import DocumentText
from stories.workflow.comments import Anchor, DocumentTexts
from tests.effort import at_most

TEXT = "Two of its nine gates had been left open.[@1] Some 4,200 homes were [evacuated](https://example.org/a_(b)), nobody died."


def texts(**of):
    return DocumentTexts.from_texts(DocumentText(key, key, text) for key, text in of.items())


def anchored(text, quote, key="a"):
    begin = text.index(quote)
    return Anchor(key, quote, text[max(0, begin - 100) : begin], text[begin + len(quote) :][:100])


def found(anchor, **of):
    located = texts(**of).locate(anchor)
    return located and (located.key, of[located.key][located.begin : located.end], located.is_edited)


def test_words_are_found_where_they_stood():
    assert found(anchored(TEXT, "nine gates"), a=TEXT) == ("a", "nine gates", False)


def test_words_are_found_after_edits_before_and_behind_them():
    now = "It was late. Three of its nine gates stood open."
    assert found(anchored(TEXT, "nine gates"), a=now) == ("a", "nine gates", False)


def test_a_copied_sentence_is_found_without_its_marks_and_its_sources():
    anchor = Anchor("a", "left open. Some 4,200 homes were evacuated")
    assert found(anchor, a=TEXT)[1] == "left open.[@1] Some 4,200 homes were [evacuated"


def test_words_follow_a_passage_into_another_section():
    anchor = anchored(TEXT, "nine gates had been left open")
    assert found(anchor, a="Nothing is left here.", b=f"Before that: {TEXT}")[0] == "b"


def test_of_words_that_stand_twice_those_with_the_old_neighbours_are_meant():
    old = "The gates were shut. The gates were new."
    anchor = Anchor("a", "The gates", "The gates were shut. ", " were new.")
    now = "At dusk the gates were shut. By dawn the gates were new."
    located = texts(a=now).locate(anchor)
    assert located
    assert now[located.begin :] == "the gates were new."
    assert anchored(old, "The gates").before == ""


def test_words_that_stand_twice_alike_are_not_guessed():
    assert found(Anchor("a", "open"), a="It stood open and open.") is None


def test_a_word_or_two_elsewhere_are_not_the_marked_ones():
    assert found(anchored(TEXT, "nine gates"), a="It is gone.", b="There are nine gates at Corvane.") is None


def test_words_that_were_edited_are_known_by_what_stands_on_both_sides():
    now = TEXT.replace("been left open", "been found open")
    assert found(anchored(TEXT, "had been left open"), a=now) == ("a", "had been found open", True)


def test_words_that_were_taken_out_are_gone():
    now = TEXT.replace(" had been left open", "")
    assert found(anchored(TEXT, "had been left open"), a=now) is None
    assert found(anchored(TEXT, "had been left open")) is None


def test_words_in_scripts_without_spaces_are_found():
    assert found(Anchor("a", "京都", "昨日は", "へ行"), a="先週は京都へ行きました。")[1] == "京都"


@pytest.mark.parametrize("quote", ["", "—", "[@1]", "…!"])
def test_what_holds_no_word_is_nowhere(quote):
    assert found(Anchor("a", quote), a=TEXT) is None


WORDS = st.lists(st.sampled_from([f"w{n}" for n in range(40)]), max_size=12)


@given(before=WORDS, after=WORDS, new_before=WORDS, new_after=WORDS, moved=st.booleans(), others=WORDS)
def test_whatever_is_edited_around_them_words_stay_marked(before, after, new_before, new_after, moved, others):
    quote = "the sea came in at three"
    old = " ".join([*before, quote, *after])
    now = " ".join([*new_before, quote, *new_after])
    there = {"b": now, "a": " ".join(others)} if moved else {"a": now, "b": " ".join(others)}
    assert found(anchored(old, quote), **there) == ("b" if moved else "a", quote, False)


@given(text=st.text(), quote=st.text(), before=st.text(max_size=100), after=st.text(max_size=100))
def test_what_is_found_says_what_was_marked_or_stands_between_its_neighbours(text, quote, before, after):
    located = texts(a=text).locate(Anchor("a", quote, before, after))
    assert located is None or 0 <= located.begin < located.end <= len(text)


@pytest.mark.parametrize(
    ("part", "anchor"),
    [
        ("a ", Anchor("a", "a " * 499 + "b", "a a a", "a a a")),
        ("b a ", Anchor("a", "a c " * 250, "a b a", "b a b")),
        ("a ", Anchor("a", "a " * 500, "a a a", "a a a")),
    ],
)
def test_marked_words_are_looked_for_in_moments_in_the_longest_text(part, anchor):
    with at_most(seconds=3):
        assert found(anchor, a=part * (200_000 // len(part))) is None
