"""Query plans of searches among many pages: they use the word index and never scan the table."""

import re

import pytest
from django.db import connection

from newsroom.search.backends import get_backend, postgresql
from newsroom.search.counts import count_by_section
from newsroom.search.suggest import suggest
from tests.newsroom.search.indexing import NOW, run_search
from tests.recorded_sql import statements

pytestmark = pytest.mark.django_db

PAGES = 5_000


def make_pages(interval):
    """Make pages at this interval: all contain “the”, every second one “pier”, and every thousandth a rare word."""
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
            [NOW, interval, PAGES],
        )
        cursor.execute(
            """INSERT INTO search_wording (id, title_words, title_size, summary_words, heading_words, name_words, topics, outlets, text)
            SELECT id, ' the ', 1, '', '', '', '', '', '' FROM search_searchdocument"""
        )
        cursor.execute("ANALYZE search_searchdocument, search_wording")


@pytest.fixture
def many_pages():
    """Make pages at intervals of three hours."""
    make_pages("3 hours")


def plans_of(run):
    """Return the plan of each query that ``run`` executes, with the actual rows of its steps."""
    with statements() as executed:
        run()
    plans = []
    with connection.cursor() as cursor:
        for statement in executed:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) {statement}")
            plans.append("\n".join(line for (line,) in cursor.fetchall()))
    return plans


def make_sequential_scans_cheap():
    """Make the planner believe that reading rows is almost free, as it is in a table of a few hundred rows."""
    with connection.cursor() as cursor:
        for cost in ("seq_page_cost", "cpu_tuple_cost"):
            cursor.execute(f"SET LOCAL {cost} = 0")


def max_rows(plan):
    """Return the most rows that any step returns, except bitmap index scans, which also count rows of earlier tests."""
    steps = [line for line in plan.splitlines() if "Bitmap Index Scan" not in line]
    return max(int(rows) for rows in re.findall(r"actual rows=(\d+)", "\n".join(steps)))


def test_no_search_scans_the_table(many_pages):
    for query in ("pier", "the", "the pier", '"the pier"', "the -harbour", "rare2000", "pier harbour", "nothing"):
        for plan in plans_of(lambda query=query: count_by_section(run_search(query), ("behind", "happened"))):
            assert not re.search("Seq Scan on search_(searchdocument|wording)", plan), (query, plan)
    for plan in plans_of(lambda: suggest("the", at=NOW)):
        assert not re.search("Seq Scan on search_(searchdocument|wording)", plan), plan


def test_no_search_scans_a_small_table_either(many_pages):
    make_sequential_scans_cheap()
    for query in ("pier", "the", "the pier", "the -harbour", "rare2000", "pier harbour", "nothing"):
        for plan in plans_of(lambda query=query: count_by_section(run_search(query), ("behind", "happened"))):
            assert not re.search("Seq Scan on search_searchdocument .*\n.*words @@", plan), (query, plan)


@pytest.mark.parametrize("interval", ["1 day", "3 hours", "3 minutes", "1 second"])
def test_a_search_for_a_frequent_word_reads_only_the_newest_pages(interval, monkeypatch):
    monkeypatch.setattr(postgresql, "FIRST_PASS_PAGES", PAGES // 10)
    make_pages(interval)
    for query in ("the", "pier", "the pier"):
        for plan in plans_of(lambda query=query: count_by_section(run_search(query), ("behind",))):
            assert max_rows(plan) < PAGES / 2, (query, plan)
    assert run_search("the").total_is_capped
    assert run_search("rare4000").total == 1


@pytest.mark.parametrize("word", ["pier", "rare2000", "nothing"])
def test_another_page_with_a_word_is_found_with_the_word_index(many_pages, word):
    documents = {}

    def run():
        with connection.cursor() as cursor:
            documents.update(get_backend().find_newest_documents(cursor, [word]))

    make_sequential_scans_cheap()
    plans = plans_of(run)

    assert bool(documents) is (word != "nothing")
    assert not any("Seq Scan on search_searchdocument" in plan for plan in plans), plans


def test_a_long_pending_list_of_the_index_causes_no_table_scan():
    with connection.cursor() as cursor:
        cursor.execute("ALTER INDEX search_index SET (gin_pending_list_limit = 65536)")
    make_pages("1 second")

    def run():
        with connection.cursor() as cursor:
            get_backend().find_newest_documents(cursor, ["rare2000", "rare3000"])

    for plan in plans_of(run):
        assert "words @@" not in plan or "Bitmap Index Scan on search_index" in plan, plan


def test_counting_by_section_decompresses_no_words(many_pages):
    for query in ("the", "pier", "the pier"):
        for plan in plans_of(lambda query=query: count_by_section(run_search(query), ("behind", "happened"))):
            assert not re.search(r"Filter: .*words @@", plan), plan
