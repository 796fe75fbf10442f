"""The words of sections are not in the index on PostgreSQL. Migrations convert the words of indexed documents."""

from dataclasses import replace
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.state import StateApps

from newsroom.search.counts import count_by_section
from newsroom.search.index.entries import TextPart
from newsroom.search.models import Wording
from tests.newsroom.search.indexing import index_page, list_hit_uids, list_indexed_words, run_search

pytestmark = pytest.mark.django_db

migration = import_module("newsroom.search.migrations.0002_sections_of_headings")


def migrate(function):
    with connection.schema_editor(atomic=False) as editor:
        function(StateApps([], {}), editor)


@pytest.fixture
def page():
    return index_page(
        "The lorries",
        texts=(TextPart("Ferries waited at the pier.", "happened"), TextPart("A strike of the harbour.", "behind")),
        headings=(
            TextPart("What happened", "happened"), TextPart("Behind the strikes", "behind"), TextPart("Asked of piers")
        ),
    )  # fmt: skip


def index_again_before_writing(monkeypatch, page, text):
    """Index the page again with ``text``, under the same key, after the migration has read a batch."""
    write = migration._execute_many

    def index_and_write(*arguments):
        if not Wording.objects.filter(text=f"behind\t{text}").exists():
            changed = {"uid": page.uid, "edition": page.edition, "headings": page.headings}
            index_page("The lorries", text=text, section="behind", **changed)
        write(*arguments)

    monkeypatch.setattr(migration, "_execute_many", index_and_write)


def list_section_tokens():
    (words,) = list_indexed_words()
    return {token.partition(":")[0] for token in words.split() if "happened·" in token or "behind·" in token}


def test_the_index_contains_no_words_of_sections(page):
    assert list_section_tokens() == set()
    assert "¶" not in list_indexed_words()[0]


def test_migrating_backwards_and_forwards_converts_indexed_documents(page):
    before = Wording.objects.get()
    migrate(migration.backwards)

    old = Wording.objects.get()
    assert old.heading_words == " what happen behind the strike ask of pier "
    assert {"'happened·pier'", "'behind·strike'", "'happened·what'"} <= list_section_tokens()

    migrate(migration.forwards)
    new = Wording.objects.get()
    assert new.heading_words.split("\n")[0] == f"\t{old.heading_words}"
    assert sorted(new.heading_words.split("\n")[1:]) == sorted(before.heading_words.split("\n")[:2])
    for query, section, is_found in [
        ("pier", "happened", True), ("pier", "behind", False), ('"the strike"', "behind", True),
        ('"strike harbour"', "behind", False), ("what happened", "happened", True), ("asked", "happened", False),
    ]:  # fmt: skip
        assert (list_hit_uids(query, section=section) == [page.uid]) is is_found, query
    migrate(migration.forwards)
    assert Wording.objects.get().heading_words == new.heading_words


def test_migrating_backwards_leaves_out_words_that_were_erased_meanwhile(page, monkeypatch):
    key = Wording.objects.get().pk
    index_again_before_writing(monkeypatch, page, "Nothing.")
    migrate(migration.backwards)
    assert Wording.objects.get().pk == key
    assert list_section_tokens() == set()


def test_migrating_forwards_leaves_headings_that_were_written_meanwhile(page, monkeypatch):
    migrate(migration.backwards)
    index_again_before_writing(monkeypatch, replace(page, headings=(TextPart("Later", "behind"),)), "Nothing.")
    migrate(migration.forwards)
    assert Wording.objects.get().heading_words == "behind\t later "


def test_headings_of_a_long_section_are_found_when_frequent_words_have_no_more_positions():
    index_page(
        "The lorries", headings=(TextPart("Behind the strikes", "behind"),), section="behind",
        text=" ".join(f"the barge{number}" for number in range(300)),
    )  # fmt: skip
    before = Wording.objects.get().heading_words
    migrate(migration.backwards)
    migrate(migration.forwards)
    assert Wording.objects.get().heading_words.split("\n")[1:] == [before]


def test_sections_of_many_pages_are_searched_in_batches(monkeypatch):
    monkeypatch.setattr("newsroom.search.search.MAX_NEWEST", 2)
    pages = [
        index_page("The lorries", text="The pier.", section="behind" if day % 2 else "happened", days=day)
        for day in range(1, 9)
    ]
    assert list_hit_uids("pier", section="happened") == [pages[1].uid, pages[3].uid]
    assert run_search("pier", section="happened").total_is_capped
    assert {(each.value, each.number) for each in count_by_section(run_search("pier"), ("happened", "behind"))} == {
        ("happened", 1),
        ("behind", 1),
    }


def test_results_in_a_section_are_capped_if_older_pages_were_not_examined(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("newsroom.search.search.MAX_SECTION_CANDIDATES", 2)
    old = index_page("The lorries", text="The pier.", section="behind", days=9)
    index_page("The lorries", text="The pier.")
    results = run_search("pier", section="behind")
    assert ([hit.uid for hit in results.hits], results.total_is_capped) == ([old.uid], True)
    index_page("The lorries", text="The pier.")
    # Corrections would take another query, but are not looked up.
    with django_assert_num_queries(4):
        results = run_search("pier", section="behind")
    assert (results.total, results.total_is_capped) == (0, True)
    monkeypatch.setattr("newsroom.search.search.MAX_SECTION_CANDIDATES", 4)
    results = run_search("pier", section="behind")
    assert (results.total, results.total_is_capped) == (1, False)


def test_a_search_in_a_section_makes_a_limited_number_of_queries(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("newsroom.search.search.MAX_NEWEST", 2)
    monkeypatch.setattr("newsroom.search.search.MAX_SECTION_CANDIDATES", 4)
    for day in range(1, 9):
        index_page("The pier", text="The pier.", section="behind" if day % 2 else "happened", days=day)
    with django_assert_num_queries(11):
        assert run_search("pier", section="happened").total == 2


def test_capitalised_words_are_found_beside_a_line_with_letters_outside_ascii():
    page = index_page(
        "Otherwise", texts=(TextPart("Ferries at Lisle.", "behind"), TextPart("It costs £5.", "happened"))
    )
    assert (
        list_hit_uids("ferry lisle", section="behind") == list_hit_uids('"ferries at"', section="behind") == [page.uid]
    )


@pytest.mark.parametrize(
    ("language", "text", "found", "missed"),
    [
        ("en", "The minister’s FERRIES — they waited…", ("ferry", "waiting", '"they waited"'), ("minis", '"ferry waited"')),
        ("de", "Die Häuser am Hafen", ("haus", "hauser", '"häuser am"'), ("die -hafen", "schiff")),
        ("ar", "الشاحنات في الميناء", ("شاحنات",), ("جسر",)),
        ("ja", "港口の橋は閉鎖された。", ("港口",), ("水",)),
        ("en", "It mixes ſpecial letters", ("special",), ("letterpress",)),
    ],
)  # fmt: skip
def test_words_are_found_in_sections_as_in_the_index(language, text, found, missed):
    page = index_page("Otherwise", language=language, text=text, section="behind")
    for query in found:
        assert list_hit_uids(query) == list_hit_uids(query, section="behind") == [page.uid], query
        assert list_hit_uids(query, section="happened") == []
    for query in missed:
        assert list_hit_uids(query) == list_hit_uids(query, section="behind") == [], query
