"""What the public lists cost where there is much: they are read along indexes, and only what a page shows is sorted."""

import re

import pytest
from django.db import connection, transaction

from tests.bulk_pages import addresses, calls, feeds, fill, machines, pages, queries_of

pytestmark = pytest.mark.audit

STORIES = 4_000
BIG = "stories_edition|stories_editiontopic|stories_editionoutlet|stories_work"
# Indexes with an order: what is found along one of them is a part of a list, and never sorted.
_WALK = re.compile(
    r"USING (?:COVERING )?INDEX (?:edition_by|edition_topic|edition_outlet)_\w+ \(.*(?:topic_id|outlet_id|kind|change)=\?"
)
_SORT = "USE TEMP B-TREE FOR"


@pytest.fixture(scope="module")
def many(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield fill(STORIES)
        transaction.set_rollback(True)


def too_much(sql):
    """Yield each step that reads a big table or index from end to end, or sorts what was found along an index."""
    big = {name for pair in re.findall(rf'"({BIG})" (?:"?([UVWT]\d+)"?)?', sql) for name in pair if name}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = cursor.fetchall()
    walked = {parent for _, parent, _, detail in steps if _WALK.search(detail)}
    for _, parent, _, detail in steps:
        if (detail.startswith("SCAN") and detail.split()[1] in big) or (detail.startswith(_SORT) and parent in walked):
            yield f"{detail}, in {sql}"


def costs(client, asked):
    return [f"{address}: {step}" for address in asked for sql in queries_of(client, address) for step in too_much(sql)]


@pytest.mark.django_db
def test_no_list_reads_or_sorts_more_than_it_shows(client, many):
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
    # What is sorted is the editions of one work.
    assert [step for step in costs(client, pages(many)) if _SORT not in step] == []


@pytest.mark.django_db
def test_nothing_does_that_only_machines_ask_for(client, many):
    assert costs(client, machines()) == []


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
