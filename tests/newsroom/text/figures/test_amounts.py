import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.text.figures.amounts import find_amounts
from newsroom.text.figures.days import find_days
from newsroom.text.vocabulary import LANGUAGES, load_vocabulary
from tests.effort import at_most, lines_run

SENTENCES = tomllib.loads(Path(__file__).with_name("amounts.toml").read_text(encoding="utf-8"))
AS_OF = date(2031, 3, 5)


def words_of(language):
    """Return some words of each table of a language, and marks and numbers."""
    vocabulary = load_vocabulary(language)
    tables = ("numbers", "scales", "months", "weekdays", "denominators")
    words = [word for table in tables for word in vocabulary.numbers(table)]
    names = ("at_least", "at_most", "about", "between", "between_and", "to", "halves", "joiners", "nobody", "minus")
    words += [phrase for name in names for phrase in vocabulary.list_phrases("amounts", name)]
    words += [phrase for unit in ("money", "length", "percent") for phrase in vocabulary.list_phrases("units", unit)]
    return [*words, "3", "2031", "1,250", "3.5", "12.5.2031", "٣٫٥", "–", "-", "$", "€", ".", ",", ":", "%", "people"]


TEXTS = st.sampled_from(sorted(LANGUAGES)).flatmap(
    lambda language: st.tuples(
        st.just(language),
        st.lists(st.sampled_from(words_of(language)), max_size=12).map(" ".join) | st.text(max_size=60),
    )
)


def describe(amount):
    """Return an amount in the form of ``amounts.toml``."""
    ends = ("-" if end is None else f"{end.normalize():f}" for end in (amount.low, amount.high))
    return f"{' '.join(ends)} {amount.unit}{' ~' if amount.approximate else ''}"


@pytest.mark.parametrize(
    ("language", "sentence", "amounts"),
    [(language, sentence, amounts) for language, cases in SENTENCES.items() for sentence, *amounts in cases],
)
def test_the_amounts_of_a_sentence_are_found_in_its_order(language, sentence, amounts):
    assert [describe(amount) for amount in find_amounts(sentence, language)] == amounts


@given(TEXTS)
def test_amounts_are_in_order_within_the_text_and_apart(case):
    language, text = case
    end = 0
    for amount in find_amounts(text, language):
        assert end <= amount.start < amount.end <= len(text)
        ends = [each for each in (amount.low, amount.high) if each is not None]
        assert ends
        assert ends == sorted(ends)
        end = amount.end


@given(TEXTS)
def test_days_are_in_order_within_the_text_and_apart(case):
    language, text = case
    end = 0
    for day in find_days(text, language, as_of=AS_OF):
        assert end <= day.start < day.end <= len(text)
        assert day.first <= day.last
        end = day.end


def test_a_language_without_word_lists_has_no_amounts():
    assert find_amounts("3つのリンゴ", "ja") == []


@pytest.mark.parametrize(
    "unit",
    [
        "a hundred thousand ",
        "one two ",
        "between 3 and ",
        "about ",
        "at least about ",
        "3-",
        "1,",
        "may 3 ",
        "half a ",
        "3 to ",
    ],
)
def test_the_work_grows_with_the_length_of_the_text(unit):
    def work(count):
        find_amounts(unit, "en")  # reads the word lists
        return lines_run(lambda: find_amounts(unit * count, "en"))

    assert work(400) < 2.5 * work(200)


def test_a_long_compound_takes_little_time():
    with at_most(5):
        find_amounts("einundzwanzigtausend" * 5_000, "de")
        find_amounts("1." * 50_000, "de")
        find_amounts("1 000 " * 1_000, "es")
