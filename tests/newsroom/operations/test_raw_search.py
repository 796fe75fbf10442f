"""The search of every text column: which rows are found, and by which words."""

import pytest

from newsroom.accounts.models import Contributor
from newsroom.audit.models import Event
from newsroom.operations.raw_search import Words, find_rows
from tests.factories import make_report, make_topic, make_user

pytestmark = [pytest.mark.audit, pytest.mark.django_db]

ANA = Words(addresses=frozenset({"ana@lisle.example"}), names=frozenset({"Ana Kestrel", "kestrel.ana"}))


def find(words: Words = ANA) -> set[tuple[str, str]]:
    """Return the tables and columns in which the words are found."""
    return {(row.table, column) for row in find_rows(words) for column in row.excerpts}


def test_words_are_found_in_columns_of_any_table():
    user = make_user(first_name="Ana", last_name="Kestrel", email="ana@lisle.example")
    Contributor.objects.create(name="Ana Kestrel")
    make_report(email="ANA@lisle.example", problem="Says Ana Kestrel.")
    Event.objects.write("user", make_topic().uid, "changed", by=user, after={"note": ["of Ana Kestrel"]})
    assert find() == {
        ("accounts_user", "email"),
        ("accounts_contributor", "name"),
        ("site_report", "email"),
        ("site_report", "problem"),
        ("record_event", "by_name"),
        ("record_event", "after"),
    }


def test_a_row_is_returned_with_its_key_and_the_text_around_the_words():
    report = make_report(problem=f"{'a' * 500} Ana Kestrel {'b' * 500}")
    [row] = find_rows(ANA)
    assert (row.table, row.key) == ("site_report", {"id": report.pk})
    assert row.excerpts == {"problem": [f"{'a' * 199} Ana Kestrel {'b' * 199}"]}


@pytest.mark.parametrize(
    "text",
    [
        "dana@lisle.example",
        "d.ana@lisle.example",
        "ana@lisle.example.org",
        "ana@lisle.examples",
        "Ana Kestrels",
        "Dana Kestrel",
        "KESTREL.ANA",
    ],
)
def test_longer_words_and_names_of_one_word_in_other_letters_are_not_found(text):
    make_report(problem=text)
    assert find() == set()


@pytest.mark.parametrize(
    "text",
    [
        "Ana@Lisle.Example.",
        "<ana@lisle.example>",
        "Ana Kestrel’s",
        "(ANA KESTREL)",
        "@kestrel.ana",
        "mailto:ana@lisle.example",
    ],
)
def test_words_are_found_between_other_characters(text):
    make_report(problem=text)
    assert find() == {("site_report", "problem")}


@pytest.mark.parametrize("name", ["Zoë Müller", "100%_a", "O’Neil \\ Söhne", "李 小龙", "Ana 🦅"])
def test_words_are_found_with_any_characters_also_in_json(name):
    words = Words(names=frozenset({name}))
    Event.objects.write("user", make_topic().uid, "changed", by=None, before={"a": [name]}, reason=f"By {name}.")
    Event.objects.write("user", make_topic().uid, "changed", by=None, before={"a": ["Zoe Muller 100-_a"]})
    [row] = find_rows(words)
    assert {*row.excerpts} == {"before", "reason"}
    assert row.excerpts["reason"] == [f"By {name}."]


def test_without_words_nothing_is_searched(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert list(find_rows(Words())) == []


def test_each_table_is_read_once(django_assert_max_num_queries):
    done = []
    assert list(find_rows(ANA, on_progress=lambda *each: done.append(each))) == []
    count, total = done[-1]
    assert count == total == len(done) > 50
