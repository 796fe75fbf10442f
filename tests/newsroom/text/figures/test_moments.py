"""Moments that printed words name beyond doubt."""

from datetime import date

import pytest

from newsroom.text.figures.moments import read_moment

AS_OF = date(2026, 11, 11)


@pytest.mark.parametrize(
    ("words", "language", "moment"),
    [
        ("03:55", "en", "T03:55"),
        ("3.55 am", "en", "T03:55"),
        ("3:55 a.m.", "en", "T03:55"),
        ("at 3.55pm", "en", "T15:55"),
        ("12.30 pm", "en", "T12:30"),
        ("15:10", "en", "T15:10"),
        ("9 November 2026", "en", "2026-11-09"),
        ("November 9, 2026", "en", "2026-11-09"),
        ("9 November", "en", "2026-11-09"),
        ("November 2026", "en", "2026-11"),
        ("03:55 on 9 November", "en", "2026-11-09T03:55"),
        ("um 3.55 Uhr", "de", "T03:55"),
        ("am 9. November um 3.55 Uhr", "de", "2026-11-09T03:55"),
        ("el 9 de noviembre de 2026", "es", "2026-11-09"),
        ("le 9 novembre à 3h55", "fr", "2026-11-09T03:55"),
        ("الساعة 03:55", "ar", "T03:55"),
    ],
)
def test_words_that_are_one_moment_give_it(words, language, moment):
    assert read_moment(words, language, as_of=AS_OF) == moment


@pytest.mark.parametrize(
    "words",
    [
        "", "two gates", "in 2026", "5.10", "5:10", "three at night", "12.30 am", "about 03:55", "before 03:55",
        "on Tuesday", "tomorrow", "9 May", "9–10 November 2026", "9/11/2026", "03:55 or 04:10", "since 9 November 2026",
        "the end of November 2026", "20 minutes to 5 pm", "03:55 in November 2026",
    ],
)  # fmt: skip
def test_words_that_may_mean_another_moment_give_none(words):
    assert read_moment(words, "en", as_of=AS_OF) == ""


def test_a_day_without_a_year_needs_the_day_of_its_report():
    assert read_moment("9 November", "en", as_of=None) == read_moment("9 November", "en", as_of=date.min) == ""
    assert read_moment("9 November 2026", "xx", as_of=None) == ""
