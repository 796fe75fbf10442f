"""On a large desk, every list and screen uses indexes, and no step of a query reads more rows than a fixed limit."""

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
from tests.conftest import FULL_LENGTH, signed_in
from tests.factories import make_published_question, make_question, make_user
from tests.large_desk import fill_the_desk
from tests.recorded_sql import PREPARED, statements
from tests.transactions import of_the_test

pytestmark = pytest.mark.audit

STORIES = 200_000 if FULL_LENGTH else 4_000
# Each list has at least this many rows.
MIN_ROWS = 20
# Rows are counted up to this number, which is lower for a small desk, so that counting ends before the last row.
MAX_COUNT = counts.MAX_COUNT if FULL_LENGTH else 120
# The number of rows that one step of a plan may read. In some columns, one row in seven contains a given search word,
# so counting matches up to ``MAX_COUNT`` reads seven times as many rows.
MAX_ROWS_READ = 12_000 if FULL_LENGTH else 3_000
# A smaller table may be scanned sequentially, because that is cheaper than an index.
SMALL_TABLE = 2_000 if FULL_LENGTH else 250
MAX_STATEMENTS = 50
EXPECTED_STATUSES = {200, 302, 403, 404, 405}
# Addresses that are exempt from these limits. Unused objects, and characters that no word index contains, are found row
# by row. So are works that meet two conditions without a common index, and
# stories that quote an outlet which one in four quotes. A small desk has few questions and nearly all works are live, so the planner reads two whole indexes. At full
# length, it does not.
SMALL_ONLY = "" if FULL_LENGTH else r"|standing=live|stories/faq/(\?((o(wner)?|p|standing)=.*)?)?$|/translations/$"
TYPED_AND_MORE = r"|(published_from|published_to|topic|outlet)=[^&]*&|&(published_to|topic|outlet)="
EXEMPT = re.compile(r"used=no|q=%" + TYPED_AND_MORE + r"|story/\?outlet=alias 1$" + SMALL_ONLY)
_MOMENT = re.compile(r"'\d{4}-\d\d-\d\d \d\d:[^']*'")


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Fill the desk for the tests in this module in a transaction that is rolled back afterwards."""
    with django_db_blocker.unblock(), of_the_test():
        fill_the_desk(STORIES)
        if not FULL_LENGTH:
            with connection.cursor() as cursor:
                # Small tables would be scanned sequentially. With these settings that happens only without an index.
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute("SET LOCAL random_page_cost = 1.1")
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Return a set for the statements already explained, so that each is explained only once for all screens."""
    return set()


@pytest.fixture
def client(desk, db, monkeypatch):
    """Return a client that is signed in as a superuser."""
    monkeypatch.setattr(counts, "MAX_COUNT", MAX_COUNT)
    monkeypatch.setattr(changelist, "MAX_COUNT", MAX_COUNT)
    if not FULL_LENGTH:
        monkeypatch.setattr(link_search, "MAX_FOLDED_HEADLINES", MAX_COUNT)
    return signed_in(make_user(is_superuser=True))


def steps_of(plan: dict[str, Any]) -> Iterator[tuple[str, str, float]]:
    """For each step that reads a table or an index, yield its kind, the table or index, and the number of rows."""
    kind, table = plan["Node Type"], plan.get("Relation Name") or plan.get("Index Name")
    if table:
        rows = (
            plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        )
        yield kind, table, rows * plan["Actual Loops"]
    for inner in plan.get("Plans", ()):
        yield from steps_of(inner)


def find_expensive_steps(sql: str) -> Iterator[str]:
    """Yield the steps of a statement's plan that read too many rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) {sql}")
        (plan,) = cursor.fetchone()
    for kind, table, rows in steps_of((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
        if rows > (SMALL_TABLE if kind == "Seq Scan" else MAX_ROWS_READ):
            yield f"{kind} of {table} reads {rows:,.0f} rows for {sql[:120]} … {sql[-400:]}"


def find_problems(client, addresses, seen) -> list[str]:
    """Open addresses, and return descriptions of unexpected statuses, excessive statements and expensive steps."""
    problems = []
    for address in addresses:
        with statements() as recorded:
            answer = client.get(address)
        if answer.status_code not in EXPECTED_STATUSES:
            problems.append(f"{address}: answers {answer.status_code}")
        # Savepoints do not count, because only the transaction of the tests makes them necessary.
        count = sum("SAVEPOINT" not in sql for sql in recorded)
        if count > MAX_STATEMENTS:
            problems.append(f"{address}: {count} statements")
        for sql in recorded:
            normalized = PREPARED.sub("EXECUTE", _MOMENT.sub("'a moment'", sql))
            if (
                sql.lstrip("( ").startswith(("SELECT", "WITH", "EXECUTE"))
                and normalized not in seen
                and not EXEMPT.search(address)
            ):
                seen.add(normalized)
                problems += [f"{address}: {step}" for step in find_expensive_steps(sql)]
    return problems


@pytest.mark.parametrize("model", desk_addresses.list_models_of_desk(), ids=lambda model: model._meta.label_lower)
def test_a_list_reads_a_limited_number_of_rows(client, model, seen):
    assert model._default_manager.count() >= MIN_ROWS, "make rows for it: tests/large_desk.py"
    assert not (problems := find_problems(client, desk_addresses.iter_list_addresses(client, model), seen)), "\n".join(
        problems
    )


def test_a_question_is_compared_only_with_questions_that_share_its_words(client):
    make_published_question(question="Who mends the crumbling pier of Port Lisle?")
    own = make_question(question="Who mended the crumbling piers of Port Lisle?")
    requests = [CheckRequest(own, build_document(own), clock.now())]
    with statements() as recorded:
        similar = find_similar_questions(requests)
    assert list(similar[own.pk]) == ["Who mends the crumbling pier of Port Lisle?"]
    assert not [step for sql in recorded for step in find_expensive_steps(sql)]


@pytest.mark.parametrize("model", desk_addresses.list_models_of_desk(), ids=lambda model: model._meta.label_lower)
def test_the_screens_of_one_object_do_not_grow_with_the_desk(client, model, seen):
    assert not (problems := find_problems(client, desk_addresses.iter_object_addresses(model), seen)), "\n".join(
        problems
    )


def test_the_other_screens_do_not_grow_with_the_desk(client, seen):
    assert not (problems := find_problems(client, desk_addresses.iter_site_addresses(), seen)), "\n".join(problems)


def test_an_expensive_step_is_detected(client):
    assert list(find_expensive_steps("SELECT COUNT(*) FROM stories_article WHERE author LIKE '%x%'"))
    assert list(find_expensive_steps("SELECT id FROM stories_article ORDER BY author LIMIT 20"))
    assert not list(find_expensive_steps("SELECT id FROM stories_article ORDER BY id DESC LIMIT 20"))
