"""Splitting paragraphs into sentences, and detecting line breaks inside sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stories.documents.parse.words.sentences import ends_sentence, split_sentences
from tests.effort import at_most


@pytest.mark.parametrize(
    "sentences",
    [
        ["U.S. President Ada Holm met Mr. Lund.", "It rose from 3.5 to 4.2 percent.", "Both left."],
        ["It reached 40°C.", "The council met."],
        ["“We won. It is over,” the pilot said.", "The city slept."],
        ["She asked: “Why? Who?”", "Nobody knew."],
        ["Holm Dredging Inc. and others bid.", "The firm is Holm Dredging Inc.", "The city is poor."],
        ["At 5 p.m. Monday it ended.", "They left the U.S.", "In May they came back."],
        ["J. K. Roe wrote No. 10 of the series.", "He said no.", "Then he left."],
        ["It is big…", "What?!", "(It is.)", "Yes."],
        ["قال الوزير إن السد آمن.", "هل هو آمن؟", "نعم."],
        ["He said “no and never stopped.", "The rest is known."],
        ["Some, e.g. The Kelmar, are rivers."],
    ],
)
def test_text_is_split_into_sentences(sentences):
    assert split_sentences(" ".join(sentences)) == sentences


def test_a_name_may_begin_a_sentence_after_an_abbreviation():
    text = "It came from the U.S. Reuters says so."
    assert split_sentences(text) == [text]
    assert len(split_sentences(text, may_begin_sentence=lambda place: text.startswith("Reuters", place))) == 2


@given(st.text(st.sampled_from("aA. !?…“”\"'Mr.\n")))
def test_no_word_is_lost_or_moved(text):
    assert " ".join(split_sentences(text)).split() == text.split()


@pytest.mark.parametrize(
    ("line", "following", "is_complete"),
    [
        ("The gate closed.", "It opened.", True),
        ("The former", "pilot spoke.", False),
        ("It came from the U.S.", "President.", False),
        ("He spoke to Mr.", "Lund.", False),
        ("She said “no.”", "Then she left.", True),
        ("It fell by 3.", "percent", False),
    ],
)
def test_a_line_is_complete_if_its_sentence_ends(line, following, is_complete):
    assert ends_sentence(line, following) is is_complete


@pytest.mark.parametrize("mark", [*".!?…؟۔。！？।", ".!", ".)", ".[1]", ". ", "U.S. ", "A.", '."', "“. ", "1. "])
def test_many_marks_are_processed_in_seconds(mark):
    text = (mark * 200_000)[:200_000]
    with at_most(seconds=20):
        split_sentences(text)
        ends_sentence(text, text)


def test_a_sentence_ends_with_all_its_marks():
    assert split_sentences("What?!?! " + "." * 300 + " So.") == ["What?!?!", "." * 300, "So."]
    assert ends_sentence("It ended" + "!" * 300, "Then")
