"""A sentence is read as a forecast: who expects what by which day."""

from datetime import date

import pytest

from stories.workflow.read_forecast import read_forecast

SAID_ON = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("words", "due_on"),
    [
        ("by the end of 2027", date(2027, 12, 31)),
        ("by 30 June", date(2026, 6, 30)),
        ("before the end of next month", date(2026, 4, 30)),
        ("since 12 January", None),
        ("soon", None),
    ],
)
def test_the_day_is_the_last_one_that_the_sentence_names(words, due_on):
    assert read_forecast(f"The tunnel will open {words}.", "en", said_on=SAID_ON).due_on == due_on


def test_who_and_the_quoted_words_are_read_from_the_sentence():
    read = read_forecast(
        "According to the finance ministry, “the tunnel will *open* by the end of 2027” [@3].", "en", said_on=SAID_ON
    )
    assert (read.speaker, read.quotation) == ("The finance ministry", "the tunnel will open by the end of 2027")
    assert (read.expected, read.due_on) == (read.quotation, date(2027, 12, 31))


def test_our_own_words_are_never_quoted():
    read = read_forecast("The tunnel opens in 2027, the ministry said.", "en", said_on=SAID_ON)
    assert (read.speaker, read.quotation) == ("The ministry", "")
    assert read.expected == "The tunnel opens in 2027, the ministry said."


def test_a_language_without_word_lists_gives_the_words_alone():
    read = read_forecast("トンネルは2027年末までに開通する。", "ja", said_on=SAID_ON)
    assert (read.speaker, read.due_on, bool(read.expected)) == ("", None, True)
