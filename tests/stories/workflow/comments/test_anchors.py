"""Anchors of comments: marked words are found again after edits or reported as missing, never mistaken for others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents.walk import DocumentText
from stories.workflow.comments import Anchor, DocumentTexts
from tests.effort import at_most

TEXT = "Two of its nine gates had been left open.[@1] Some 4,200 homes were [evacuated](https://example.org/a_(b)), nobody died."


def build_texts(**texts):
    return DocumentTexts.from_texts(DocumentText(key, key, text) for key, text in texts.items())


def make_anchor(text, quote, key="a"):
    """Return the anchor of the words ``quote`` in a text."""
    begin = text.index(quote)
    return Anchor(key, quote, text[max(0, begin - 100) : begin], text[begin + len(quote) :][:100])


def locate(anchor, **texts):
    """Return the key of the text, the words, and whether the words were edited, or None if they are not found."""
    location = build_texts(**texts).locate(anchor)
    return location and (location.key, texts[location.key][location.begin : location.end], location.is_edited)


def test_words_are_found_in_an_unchanged_text():
    assert locate(make_anchor(TEXT, "nine gates"), a=TEXT) == ("a", "nine gates", False)


def test_words_are_found_after_edits_on_both_sides():
    edited = "It was late. Three of its nine gates stood open."
    assert locate(make_anchor(TEXT, "nine gates"), a=edited) == ("a", "nine gates", False)


def test_a_copied_sentence_is_found_despite_markup_and_source_numbers():
    anchor = Anchor("a", "left open. Some 4,200 homes were evacuated")
    assert locate(anchor, a=TEXT)[1] == "left open.[@1] Some 4,200 homes were [evacuated"


def test_words_are_found_in_another_section_to_which_they_were_moved():
    anchor = make_anchor(TEXT, "nine gates had been left open")
    assert locate(anchor, a="Nothing is left here.", b=f"Before that: {TEXT}")[0] == "b"


def test_neighbouring_words_decide_between_two_occurrences():
    old = "The gates were shut. The gates were new."
    anchor = Anchor("a", "The gates", "The gates were shut. ", " were new.")
    edited = "At dusk the gates were shut. By dawn the gates were new."
    location = build_texts(a=edited).locate(anchor)
    assert location
    assert edited[location.begin :] == "the gates were new."
    assert make_anchor(old, "The gates").before == ""


def test_words_with_two_equal_occurrences_are_not_found():
    assert locate(Anchor("a", "open"), a="It stood open and open.") is None


def test_one_or_two_words_are_not_found_in_another_text():
    assert locate(make_anchor(TEXT, "nine gates"), a="It is gone.", b="There are nine gates at Corvane.") is None


def test_edited_words_are_found_by_their_neighbours_on_both_sides():
    edited = TEXT.replace("been left open", "been found open")
    assert locate(make_anchor(TEXT, "had been left open"), a=edited) == ("a", "had been found open", True)


def test_deleted_words_are_not_found():
    edited = TEXT.replace(" had been left open", "")
    assert locate(make_anchor(TEXT, "had been left open"), a=edited) is None
    assert locate(make_anchor(TEXT, "had been left open")) is None


def test_words_in_scripts_without_spaces_are_found():
    assert locate(Anchor("a", "京都", "昨日は", "へ行"), a="先週は京都へ行きました。")[1] == "京都"


@pytest.mark.parametrize("quote", ["", "—", "[@1]", "…!"])
def test_a_quotation_without_words_is_not_found(quote):
    assert locate(Anchor("a", quote), a=TEXT) is None


words = st.lists(st.sampled_from([f"w{n}" for n in range(40)]), max_size=12)


@given(before=words, after=words, new_before=words, new_after=words, is_moved=st.booleans(), others=words)
def test_words_are_found_after_any_edit_around_them(before, after, new_before, new_after, is_moved, others):
    quote = "the sea came in at three"
    old = " ".join([*before, quote, *after])
    edited = " ".join([*new_before, quote, *new_after])
    texts = {"b": edited, "a": " ".join(others)} if is_moved else {"a": edited, "b": " ".join(others)}
    assert locate(make_anchor(old, quote), **texts) == ("b" if is_moved else "a", quote, False)


@given(text=st.text(), quote=st.text(), before=st.text(max_size=100), after=st.text(max_size=100))
def test_a_location_is_always_a_valid_range_of_its_text(text, quote, before, after):
    location = build_texts(a=text).locate(Anchor("a", quote, before, after))
    assert location is None or 0 <= location.begin < location.end <= len(text)


@pytest.mark.parametrize(
    ("part", "anchor"),
    [
        ("a ", Anchor("a", "a " * 499 + "b", "a a a", "a a a")),
        ("b a ", Anchor("a", "a c " * 250, "a b a", "b a b")),
        ("a ", Anchor("a", "a " * 500, "a a a", "a a a")),
    ],
)
def test_locating_words_in_the_longest_text_takes_at_most_three_seconds(part, anchor):
    with at_most(seconds=3):
        assert locate(anchor, a=part * (200_000 // len(part))) is None
