"""Every list and screen of a large desk is found through indexes, and no further than somebody reads."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from newsroom.db import counts
from newsroom.desk.changelists import changelist
from newsroom.http import clock
from stories.checks.load_context import CheckRequest, find_similar_questions
from stories.drafts import build_document, link_search
from tests import desk_addresses
from tests.asking import PREPARED, statements
from tests.conftest import FULL_LENGTH, signed_in
from tests.factories import make_published_question, make_question, make_user
from tests.large import fill_the_desk
from tests.transactions import of_the_test

pytestmark = pytest.mark.audit

STORIES = 200_000 if FULL_LENGTH else 4_000
# Each list has so many rows at least; what grows with stories has as many as a house of that size.
FEWEST = 20
# How far rows are counted: of a small desk less far, so that counting ends before all rows there are.
COUNTED = counts.MAX_COUNT if FULL_LENGTH else 120
# How many rows one step of a statement may read: a word that is asked for stands in one title of seven, and to try each
# row until a page is full reads seven times as many as are counted.
READ = 12_000 if FULL_LENGTH else 3_000
# A table of fewer rows may be read from end to end: nothing is cheaper, and an index would not be asked.
SMALL = 2_000 if FULL_LENGTH else 250
QUERIES = 50
ANSWERS = {200, 302, 403, 404, 405}
# What nothing uses is found by asking each thing in turn; so is a sign of which no index of words knows.
# Of a small desk nearly all is live, and its few questions are the cheapest found by walking along two indexes to their
# ends: at full length the planner does neither.
SMALL_ONLY = "" if FULL_LENGTH else r"|standing=live|stories/faq/(\?((o(wner)?|p)=.*)?)?$|/translations/$"
WALKED = re.compile(r"used=no|q=%" + SMALL_ONLY)
_MOMENT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:[^']*'")


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Keep a large desk for the tests of this module, and take it away with one transaction."""
    with django_db_blocker.unblock(), of_the_test():
        fill_the_desk(STORIES)
        if not FULL_LENGTH:
            with connection.cursor() as cursor:
                # What is small is read from end to end where that is the cheapest: here only where no index serves.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL random_page_cost = 1.1")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Remember which statements were explained: many screens put the same."""
    return set()


@pytest.fixture
def client(desk, db, monkeypatch):
    """Return the browser of somebody who may see everything."""
    monkeypatch.setattr(counts, "MAX_COUNT", COUNTED)
    monkeypatch.setattr(changelist, "MAX_COUNT", COUNTED)
    if not FULL_LENGTH:
        monkeypatch.setattr(link_search, "MOST_FOLDED", COUNTED)
    return signed_in(make_user(is_superuser=True))


def steps_of(plan: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """Yield each step that reads a table or an index: its kind, what it reads, and how many rows."""
    kind, table = plan["Node Type"], plan.get("Relation Name") or plan.get("Index Name")
    if table:
        rows = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        yield kind, table, rows * plan["Actual Loops"]
    for inner in plan.get("Plans", ()):
        yield from steps_of(inner)


def read_by(sql: str) -> Iterator[str]:
    """Yield the steps of a statement that read more rows than somebody reads."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    for kind, table, rows in steps_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
        if rows > (SMALL if kind == "Seq Scan" else READ):
            yield f"{kind} of {table} reads {rows:,.0f} rows for {sql[:120]} … {sql[-400:]}"


def read_too_far(client, addresses, seen) -> list[str]:
    """Open addresses; return what is wrong with each: its answer, too many statements, and what they read too far."""
    found = []
    for address in addresses:
        with statements() as asked:
            answer = client.get(address)
        if answer.status_code not in ANSWERS:
            found.append(f"{address}: answers {answer.status_code}")
        if len(asked) > QUERIES:
            found.append(f"{address}: {len(asked)} statements")
        for sql in asked:
            known = PREPARED.sub("EXECUTE", _MOMENT.sub("'a moment'", sql))
            if (
                sql.lstrip("( ").startswith(("SELECT", "WITH", "EXECUTE"))
                and known not in seen
                and not WALKED.search(address)
            ):
                seen.add(known)
                found += [f"{address}: {step}" for step in read_by(sql)]
    return found


@pytest.mark.parametrize("model", desk_addresses.list_models_of_desk(), ids=lambda model: model._meta.label_lower)
def test_a_list_is_read_no_further_than_somebody_reads(client, model, seen):
    assert model._default_manager.count() >= FEWEST, "make rows for it: tests/large.py"
    assert not (found := read_too_far(client, desk_addresses.iter_list_addresses(client, model), seen)), "\n".join(
        found
    )


def test_a_question_is_compared_with_those_alone_that_hold_its_words(client):
    make_published_question(question="Who mends the crumbling pier of Port Lisle?")
    own = make_question(question="Who mended the crumbling piers of Port Lisle?")
    looked = [CheckRequest(own, build_document(own), clock.now())]
    with statements() as asked:
        near = find_similar_questions(looked)
    assert list(near[own.pk]) == ["Who mends the crumbling pier of Port Lisle?"]
    assert not [step for sql in asked for step in read_by(sql)]


@pytest.mark.parametrize("model", desk_addresses.list_models_of_desk(), ids=lambda model: model._meta.label_lower)
def test_the_screens_of_one_thing_do_not_grow_with_the_desk(client, model, seen):
    assert not (found := read_too_far(client, desk_addresses.iter_object_addresses(model), seen)), "\n".join(found)


def test_the_other_screens_of_the_desk_do_not_grow_with_it(client, seen):
    assert not (found := read_too_far(client, desk_addresses.iter_site_addresses(), seen)), "\n".join(found)


def test_what_is_read_too_far_is_seen(client):
    assert list(read_by("SELECT COUNT(*) FROM stories_article WHERE author LIKE '%x%'"))
    assert list(read_by("SELECT id FROM stories_article ORDER BY author LIMIT 20"))
    assert not list(read_by("SELECT id FROM stories_article ORDER BY id DESC LIMIT 20"))
