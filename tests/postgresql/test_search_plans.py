"""How PostgreSQL goes about a search among many pages: by the index of words, never through the table."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.search.backends import get_backend, postgresql
from newsroom.search.counts import count_by_filter
from newsroom.search.suggest import suggest
from tests.newsroom.search.indexing import NOW, run_search

pytestmark = pytest.mark.django_db

MANY = 5_000


def make_pages(apart):
    """Make pages so far apart: in all stands “the”, in every second “pier”, in every thousandth a rare word."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO search_searchdocument (id, kind, uid, edition, language, live_from, live_until, words)
            SELECT extract(epoch FROM made)::bigint * 1000000, 'story', gen_random_uuid(), number, 'en', made, '9000-01-01',
                array_to_tsvector(array_remove(ARRAY[
                    'the', 'title·the', 'title¦the', 'lead·the', 'kind·story', 'behind·the',
                    'month·' || to_char(made, 'YYYYMM'), 'day·' || to_char(made, 'YYYYMMDD'),
                    'hour·' || to_char(made, 'YYYYMMDDHH24'), 'minute·' || to_char(made, 'YYYYMMDDHH24MI'),
                    CASE WHEN number %% 2 = 0 THEN 'pier' END, CASE WHEN number %% 2 = 1 THEN 'harbour' END,
                    CASE WHEN number %% 1000 = 0 THEN 'rare' || number END], NULL))
            FROM (SELECT number, (%s::timestamptz - number * %s::interval) AT TIME ZONE 'UTC' AS made
                FROM generate_series(1, %s) AS number) AS pages""",
            [NOW, apart, MANY],
        )
        cursor.execute(
            """INSERT INTO search_wording (id, title_words, title_size, summary_words, heading_words, name_words, topics, outlets, text)
            SELECT id, ' the ', 1, '', '', '', '', '', '' FROM search_searchdocument"""
        )
        cursor.execute("ANALYZE search_searchdocument, search_wording")


@pytest.fixture
def many_pages():
    """Make a page for every third hour."""
    make_pages("3 hours")


def plans_of(ask):
    """Return the plan of each query, with how many rows each of its steps had."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    plans = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {query['sql']}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


def take_the_table_for_short():
    """Let rows cost nothing but what is read of them: where there are some hundred, they cost nearly that."""
    with connection.cursor() as cursor:
        for cost in ("seq_page_cost", "cpu_tuple_cost"):
            cursor.execute(f"SET LOCAL {cost} = 0")


def most_rows(plan):
    """Return how many rows the step had that had most; what the index alone says counts those of earlier tests too."""
    steps = [line for line in plan.splitlines() if "Bitmap Index Scan" not in line]
    return max(int(rows) for rows in re.findall(r"actual rows=(\d+)", "\n".join(steps)))


def test_no_search_goes_through_the_table(many_pages):
    for query in ("pier", "the", "the pier", '"the pier"', "the -harbour", "rare2000", "pier harbour", "nothing"):
        for plan in plans_of(lambda query=query: count_by_filter(run_search(query), sections=("behind", "happened"))):
            assert not re.search("Seq Scan on search_(searchdocument|wording)", plan), (query, plan)
    for plan in plans_of(lambda: suggest("the", at=NOW)):
        assert not re.search("Seq Scan on search_(searchdocument|wording)", plan), plan


def test_no_search_goes_through_a_short_table_either(many_pages):
    take_the_table_for_short()
    for query in ("pier", "the", "the pier", "the -harbour", "rare2000", "pier harbour", "nothing"):
        for plan in plans_of(lambda query=query: count_by_filter(run_search(query), sections=("behind", "happened"))):
            assert not re.search("Seq Scan on search_searchdocument .*\n.*words @@", plan), (query, plan)


@pytest.mark.parametrize("apart", ["1 day", "3 hours", "3 minutes", "1 second"])
def test_of_a_frequent_word_only_the_newest_pages_are_looked_at(apart, monkeypatch):
    monkeypatch.setattr(postgresql, "FIRST_PASS_PAGES", MANY // 10)
    make_pages(apart)
    for query in ("the", "pier", "the pier"):
        for plan in plans_of(lambda query=query: count_by_filter(run_search(query), sections=("behind",))):
            assert most_rows(plan) < MANY / 2, (query, plan)
    assert run_search("the").total_is_capped
    assert run_search("rare4000").total == 1


@pytest.mark.parametrize("word", ["pier", "rare2000", "nothing"])
def test_another_that_holds_a_word_is_looked_for_by_the_index_of_words(many_pages, word):
    found = {}

    def ask():
        with connection.cursor() as cursor:
            found.update(get_backend().find_documents(cursor, [word]))

    take_the_table_for_short()
    plans = plans_of(ask)

    assert bool(found) is (word != "nothing")
    assert not any("Seq Scan on search_searchdocument" in plan for plan in plans), plans


def test_much_that_the_index_has_still_to_take_in_sends_nobody_through_the_table():
    with connection.cursor() as cursor:
        cursor.execute("ALTER INDEX search_index SET (gin_pending_list_limit = 65536)")
    make_pages("1 second")

    def ask():
        with connection.cursor() as cursor:
            get_backend().find_documents(cursor, ["rare2000", "rare3000"])

    for plan in plans_of(ask):
        assert "words @@" not in plan or "Bitmap Index Scan on search_index" in plan, plan


def test_no_words_are_unpacked_to_count_in_which_sections_they_stand(many_pages):
    for query in ("the", "pier", "the pier"):
        for plan in plans_of(lambda query=query: count_by_filter(run_search(query), sections=("behind", "happened"))):
            assert not re.search(r"Filter: .*words @@", plan), plan
