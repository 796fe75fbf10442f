"""The cost of public lists with many pages: they scan no big table, and sort no rows that an index returns in order."""

import re

import pytest
from django.db import connection, transaction

from newsroom.http import clock
from newsroom.operations.retention import optimize_if_due
from tests.bulk_pages import addresses, calls, feeds, fill, machines, pages, queries_of

pytestmark = pytest.mark.audit

STORIES = 4_000
BIG = "stories_edition|stories_editiontopic|stories_editionoutlet|stories_work"
# Searches in indexes that provide the order of a list, so that their rows need no sorting.
_ORDERED_SEARCH = re.compile(
    r"USING (?:COVERING )?INDEX (?:edition_by|edition_topic|edition_outlet)_\w+ \(.*(?:topic_id|outlet_id|kind|change)=\?"
)
_SORT = "USE TEMP B-TREE FOR"


@pytest.fixture(scope="module", params=[False, True], ids=["without statistics", "with statistics"])
def many(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        filled = fill(STORIES)
        if request.param:
            assert optimize_if_due(at=clock.now())
        yield filled
        transaction.set_rollback(True)


def find_expensive_steps(sql):
    """Yield each step that scans a whole big table or index, or sorts rows that an index provides in order."""
    big = {name for pair in re.findall(rf'"({BIG})" (?:"?([UVWT]\d+)"?)?', sql) for name in pair if name}
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
        steps = cursor.fetchall()
    ordered = {parent for _, parent, _, detail in steps if _ORDERED_SEARCH.search(detail)}
    for _, parent, _, detail in steps:
        if (detail.startswith("SCAN") and detail.split()[1] in big) or (detail.startswith(_SORT) and parent in ordered):
            yield f"{detail}, in {sql}"


def find_expensive_pages(client, requested):
    return [
        f"{address}: {step}"
        for address in requested
        for sql in queries_of(client, address)
        for step in find_expensive_steps(sql)
    ]


@pytest.mark.django_db
def test_no_list_scans_or_sorts_too_much(client, many):
    assert find_expensive_pages(client, [*addresses(many), *feeds(many)]) == []


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["", "/de", "/ar"])
def test_no_list_in_a_rare_or_frequent_language_scans_or_sorts_too_much(client, four_languages, many, language):
    assert find_expensive_pages(client, [f"{language}{address}" for address in addresses(many)]) == []


@pytest.mark.django_db
def test_no_list_of_the_api_scans_or_sorts_too_much(client, many):
    assert find_expensive_pages(client, calls(many)) == []


@pytest.mark.django_db
def test_no_page_of_one_story_or_question_scans_too_much(client, many):
    # These pages sort only the editions of one work.
    assert [step for step in find_expensive_pages(client, pages(many)) if _SORT not in step] == []


@pytest.mark.django_db
def test_no_address_for_machines_scans_or_sorts_too_much(client, many):
    assert find_expensive_pages(client, machines()) == []


@pytest.mark.django_db
def test_only_an_expensive_statement_is_detected(many):
    newest = "SELECT id FROM stories_edition WHERE id IN (SELECT edition_id FROM {} WHERE {}) ORDER BY title LIMIT 20"
    named_sql = newest.format('"stories_editiontopic" "U0"', f"topic_id = {many.topic.pk} AND work_kind = 'story'")
    sorted_by_title = (
        "SELECT id FROM \"stories_edition\" WHERE work_kind = 'story' AND kind = 'page' ORDER BY title LIMIT 20"
    )
    assert list(find_expensive_steps(sorted_by_title))
    assert list(find_expensive_steps('SELECT COUNT(*) FROM "stories_edition" '))
    assert list(find_expensive_steps(named_sql)) == []  # it searches an index of topics, then editions by their key
