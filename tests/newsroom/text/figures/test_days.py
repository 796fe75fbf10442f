from datetime import date

import pytest

from newsroom.text.figures.days import find_days

AS_OF = date(2031, 3, 5)  # a Wednesday


@pytest.mark.parametrize(
    ("language", "text", "first", "last"),
    [
        ("en", "on 30 June 2031", "2031-06-30", "2031-06-30"),
        ("en", "on June 30th, 2031", "2031-06-30", "2031-06-30"),
        ("en", "by the first of October", "2031-10-01", "2031-10-01"),
        ("en", "on the twenty-third of May", "2031-05-23", "2031-05-23"),
        ("en", "from 3–5 May", "2031-05-05", "2031-05-05"),
        ("en", "on 31/8/2031", "2031-08-31", "2031-08-31"),
        ("en", "(2031-08-31)", "2031-08-31", "2031-08-31"),
        ("en", "since 12 December", "2030-12-12", "2030-12-12"),
        ("en", "until 12 January", "2032-01-12", "2032-01-12"),
        ("en", "on Sunday", "2031-03-09", "2031-03-09"),
        ("en", "on Wednesday", "2031-03-12", "2031-03-12"),
        ("en", "last Friday", "2031-02-28", "2031-02-28"),
        ("en", "before Friday", "2031-03-06", "2031-03-06"),
        ("en", "on Friday, 2 May", "2031-05-02", "2031-05-02"),
        ("en", "next month", "2031-04-01", "2031-04-30"),
        ("en", "by the end of next year", "2032-01-01", "2032-12-31"),
        ("en", "this week", "2031-03-03", "2031-03-09"),
        ("en", "tomorrow", "2031-03-06", "2031-03-06"),
        ("en", "in three weeks", "2031-03-05", "2031-03-26"),
        ("en", "within a month", "2031-03-05", "2031-04-05"),
        ("en", "two years from now", "2031-03-05", "2033-03-05"),
        ("en", "by 2035", "2035-01-01", "2035-12-31"),
        ("en", "in February 2032", "2032-02-01", "2032-02-29"),
        ("en", "by Christmas", "2031-12-25", "2031-12-25"),
        ("de", "am 3. Mai", "2031-05-03", "2031-05-03"),
        ("de", "bis 31.08.2031", "2031-08-31", "2031-08-31"),
        ("de", "am dritten Mai", "2031-05-03", "2031-05-03"),
        ("de", "jeden Montag", "2031-03-10", "2031-03-10"),
        ("de", "noch etwa drei Wochen", "2031-03-05", "2031-03-26"),
        ("de", "übermorgen", "2031-03-07", "2031-03-07"),
        ("es", "el 3 de mayo de 2031", "2031-05-03", "2031-05-03"),
        ("es", "el uno de mayo", "2031-05-01", "2031-05-01"),
        ("es", "dentro de dos semanas", "2031-03-05", "2031-03-19"),
        ("fr", "le 1er mai", "2031-05-01", "2031-05-01"),
        ("fr", "la semaine prochaine", "2031-03-10", "2031-03-16"),
        ("ar", "يوم الأحد 14 سبتمبر", "2031-09-14", "2031-09-14"),
        ("ar", "حتى ٣٠ أيلول ٢٠٣١", "2031-09-30", "2031-09-30"),
        ("ar", "الشهر المقبل", "2031-04-01", "2031-04-30"),
    ],
)
def test_a_day_or_period_is_resolved_from_the_day_of_the_text(language, text, first, last):
    (named,) = find_days(text, language, as_of=AS_OF)
    assert (str(named.first), str(named.last)) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        "They may march.",
        "On 31 June nothing happened.",
        "He won 3–1.",
        "It took three weeks.",
        "Version 12.5.7 is out.",
    ],
)
def test_other_words_and_numbers_are_no_days(text):
    assert find_days(text, "en", as_of=AS_OF) == []


def test_a_text_of_the_end_of_the_calendar_names_no_days():
    assert find_days("on Sunday, in 40 years, next year", "en", as_of=date.max) == []
    assert find_days("on 3 May", "en", as_of=date.min) == []


def test_a_language_without_word_lists_has_no_days():
    assert find_days("5月3日", "ja", as_of=AS_OF) == []
