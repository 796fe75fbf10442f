"""What the public lists cost where there is much: rows that are read, and never all of them."""

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
# No more than this is read for a step of a page, sorted or passed by, however much there is: counts end at 1,000.
MOST = 7_000


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


def too_much(sql):
    """Yield each step that reads a big table from end to end, or more rows than a page needs."""
    for step in steps_of(sql):
        name = f"{step['Node Type']} {step.get('Index Name') or step.get('Relation Name', '')}"
        read = (step["Actual Rows"] + step.get("Rows Removed by Filter", 0)) * step["Actual Loops"]
        read += step.get("Rows Removed by Index Recheck", 0) * step["Actual Loops"]
        if step["Node Type"] == "Seq Scan" and step["Relation Name"] in BIG:
            yield f"{name}: all rows, in {sql}"
        elif read > MOST:
            yield f"{name}: {read} rows, in {sql}"


def costs(client, asked):
    return [f"{address}: {step}" for address in asked for sql in queries_of(client, address) for step in too_much(sql)]


@pytest.mark.django_db
def test_no_list_reads_more_because_there_is_more(client, many):
    assert costs(client, [*addresses(many), *feeds(many)]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/de", "/ar"])
def test_no_list_in_a_language_that_is_rare_or_frequent_does(client, four_languages, many, language):
    assert costs(client, [f"{language}{address}" for address in addresses(many)]) == []


@pytest.mark.django_db
def test_no_list_of_the_api_does(client, many):
    assert costs(client, calls(many)) == []


@pytest.mark.django_db
def test_no_page_of_one_story_or_question_does(client, many):
    assert costs(client, pages(many)) == []


@pytest.mark.django_db
def test_nothing_does_that_only_machines_ask_for(client, many):
    assert costs(client, machines()) == []


@pytest.mark.django_db
def test_choosing_where_a_story_leads_does_not(many):
    story = edition_of(make_published_story(topics=(many.topic, many.few)))
    with statements() as asked:
        choose_related([story], at=clock.now())
    prepared = [sql for sql in asked if PREPARED.match(sql)]
    assert [step for sql in prepared for step in too_much(sql)] == []
    # The index alone says it in order: however few stories its plan expects of any topic, it never sorts one that has many.
    (near,) = [sql for sql in prepared if "updated_at" in sql and "stories_editiontopic" in sql]
    assert {step.get("Index Name") for step in steps_of(near) if "Scan" in step["Node Type"]} == {
        "edition_topic_by_date"
    }
    assert "Sort" not in {step["Node Type"] for step in steps_of(near)}


@pytest.mark.django_db
def test_what_reads_too_much_is_seen(many):
    newest = "SELECT id FROM stories_edition WHERE id IN (SELECT edition_id FROM {} WHERE {}) ORDER BY title LIMIT 20"
    named = newest.format('"stories_editiontopic" "U0"', f"topic_id = {many.topic.pk} AND work_kind = 'story'")
    sorted_by_title = (
        "SELECT id FROM \"stories_edition\" WHERE work_kind = 'story' AND kind = 'page' ORDER BY title LIMIT 20"
    )
    assert list(too_much(sorted_by_title))
    assert list(too_much('SELECT COUNT(*) FROM "stories_edition" '))
    assert list(too_much(named)) or connection.vendor == "sqlite"
