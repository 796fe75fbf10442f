"""The cost of public lists with many pages: no step of a query scans a big table or reads too many rows."""

import json

import pytest
from django.db import connection, transaction

from newsroom.http import clock
from stories.publishing.editions.related import choose_related
from tests.bulk_pages import addresses, calls, feeds, fill, machines, pages, queries_of
from tests.conftest import FULL_LENGTH
from tests.factories import edition_of, make_published_story
from tests.recorded_sql import PREPARED, statements
from tests.transactions import of_the_test

pytestmark = pytest.mark.audit

BIG = {"stories_edition", "stories_editiontopic", "stories_editionoutlet", "stories_work"}
STORIES = 200_000 if FULL_LENGTH else 20_000
# The number of rows that a step of a plan may read, including those that it sorts or discards.
MAX_ROWS = 7_000


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), of_the_test():
        yield fill(STORIES)
        transaction.set_rollback(True)


def steps(plan):
    yield plan
    for inner in plan.get("Plans", ()):
        yield from steps(inner)


def steps_of(sql):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}")
        (plans,) = cursor.fetchone()
    for plan in json.loads(plans) if isinstance(plans, str) else plans:
        yield from steps(plan["Plan"])


def find_expensive_steps(sql):
    """Yield each step that scans a big table sequentially, or reads too many rows."""
    for step in steps_of(sql):
        name = f"{step['Node Type']} {step.get('Index Name') or step.get('Relation Name', '')}"
        read = (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
        read += step.get("Rows Removed by Index Recheck", 0) * step["Actual Loops"]
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in BIG:
            yield f"{name}: all rows, in {sql}"
        elif read > MAX_ROWS:
            yield f"{name}: {read} rows, in {sql}"


def find_expensive_pages(client, requested):
    return [
        f"{address}: {step}"
        for address in requested
        for sql in queries_of(client, address)
        for step in find_expensive_steps(sql)
    ]


@pytest.mark.django_db
def test_no_list_reads_too_many_rows(client, many):
    assert find_expensive_pages(client, [*addresses(many), *feeds(many)]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/de", "/ar"])
def test_no_list_in_a_rare_or_frequent_language_reads_too_many_rows(client, four_languages, many, language):
    assert find_expensive_pages(client, [f"{language}{address}" for address in addresses(many)]) == []


@pytest.mark.django_db
def test_no_list_of_the_api_reads_too_many_rows(client, many):
    assert find_expensive_pages(client, calls(many)) == []


@pytest.mark.django_db
def test_no_page_of_one_story_or_question_reads_too_many_rows(client, many):
    assert find_expensive_pages(client, pages(many)) == []


@pytest.mark.django_db
def test_no_address_for_machines_reads_too_many_rows(client, many):
    assert find_expensive_pages(client, machines()) == []


@pytest.mark.django_db
def test_choosing_related_stories_neither_reads_too_many_rows_nor_sorts(many):
    story = edition_of(make_published_story(topics=(many.topic, many.few)))
    with statements() as recorded:
        choose_related([story], at=clock.now())
    prepared = [sql for sql in recorded if PREPARED.match(sql)]
    assert [step for sql in prepared for step in find_expensive_steps(sql)] == []
    # The index must provide the order. A plan that expects few stories for a topic would otherwise sort many.
    (related,) = [sql for sql in prepared if "updated_at" in sql and "stories_editiontopic" in sql]
    scans = [step for step in steps_of(related) if "Scan" in step["Node Type"]]
    # The function scan reads the array of topics.
    assert {step["Node Type"]: step.get("Index Name") for step in scans} == {
        "Function Scan": None,
        "Index Only Scan": "edition_topic_by_date",
    }
    assert "Sort" not in {step["Node Type"] for step in steps_of(related)}


@pytest.mark.django_db
def test_an_expensive_statement_is_detected(many):
    newest = "SELECT id FROM stories_edition WHERE id IN (SELECT edition_id FROM {} WHERE {}) ORDER BY title LIMIT 20"
    named_sql = newest.format('"stories_editiontopic" "U0"', f"topic_id = {many.topic.pk} AND work_kind = 'story'")
    sorted_by_title = (
        "SELECT id FROM \"stories_edition\" WHERE work_kind = 'story' AND kind = 'page' ORDER BY title LIMIT 20"
    )
    assert list(find_expensive_steps(sorted_by_title))
    assert list(find_expensive_steps('SELECT COUNT(*) FROM "stories_edition" '))
    assert list(find_expensive_steps(named_sql))
