"""Every list of a large desk is found through indexes, and no further than somebody reads."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from newsroom import clock
from newsroom.listing import changelist, counting
from stories.checks.surroundings import Looked
from stories.checks.taken import questions_near
from stories.desk import linking, snapshot
from tests.conftest import signed_in
from tests.factories import make_published_question, make_question, make_user
from tests.large import fill_the_desk

STORIES = 4_000
# How far rows are counted, and how many rows one step of a statement may read: a word that is asked for stands in one
# title of seven.
COUNTED = 120
READ = 3_000
QUERIES = 40
WORDS = ("harbour", "zzqqx")
LISTS = ("media.image", "stories.story", "topics.topic")
PLACES = (
    "", "names/", "calendar/", "calendar/?month=2025-01", "notices/", "front/",
    "similar/?kind=story&q=harbour+bridge+railway", "names/offers/?list=topic-names&q=zzq",
    "names/offers/?list=outlet-names&q=bour", "sources/at/?url=https://unknown.example/x", "stories/bundle/add/",
)  # fmt: skip
# What nothing uses is found by asking each thing in turn; and of a small desk nearly all is live.
WALKED = re.compile(r"used=no|standing=live")


@pytest.fixture(scope="module")
def desk(django_db_setup, django_db_blocker) -> Iterator[None]:
    """Keep a large desk for the tests of this module, and take it away with one transaction."""
    with django_db_blocker.unblock(), transaction.atomic():
        fill_the_desk(STORIES)
        with connection.cursor() as cursor:
            # Small tables are read from end to end where that is the cheapest: here only where no index serves.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL random_page_cost = 1.1")
        yield
        transaction.set_rollback(True)


@pytest.fixture
def client(desk, db, monkeypatch):
    """Return the browser of somebody who may see everything."""
    monkeypatch.setattr(counting, "MOST", COUNTED)
    monkeypatch.setattr(changelist, "MOST", COUNTED)
    monkeypatch.setattr(linking, "FOLDED", COUNTED)
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


def read_too_far(client, address: str, *, walks: bool = False) -> list[str]:
    """Open an address; return the steps of its statements that read more rows than somebody reads."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200, address
    assert len(queries) <= QUERIES, address
    return [] if walks else reading_too_far(queries, address)


def reading_too_far(queries: CaptureQueriesContext, place: str) -> list[str]:
    """Return the steps of these statements that read more rows than somebody reads."""
    found = []
    for query in queries.captured_queries:
        if query["sql"].lstrip("( ").startswith(("SELECT", "WITH")):
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF, FORMAT JSON) {query['sql']}")
                (plan,) = cursor.fetchone()
            plan = json.loads(plan) if isinstance(plan, str) else plan
            found += [
                f"{place}: {kind} of {table} reads {rows:,.0f} rows for {query['sql'][:120]} … {query['sql'][-400:]}"
                for kind, table, rows in steps_of(plan[0]["Plan"])
                if rows > READ
            ]
    return found


@pytest.mark.parametrize("place", PLACES)
def test_a_screen_reads_no_further_than_somebody_does(client, place):
    assert read_too_far(client, f"/admin/{place}") == []


def test_a_question_is_compared_with_those_alone_that_hold_its_words(client):
    make_published_question(question="Who mends the crumbling pier of Port Lisle?")
    own = make_question(question="Who mended the crumbling piers of Port Lisle?")
    looked = [Looked(own, snapshot(own), clock.now())]
    with CaptureQueriesContext(connection) as queries:
        near = questions_near(looked)
    assert list(near[own.pk]) == ["Who mends the crumbling pier of Port Lisle?"]
    assert reading_too_far(queries, "questions near") == []


@pytest.mark.parametrize("label", LISTS)
def test_a_list_reads_no_further_than_somebody_does(client, label):
    model = next(model for model in admin.site._registry if model._meta.label_lower == label)
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    shown = client.get(address).context["cl"]
    asked = ["?p=2", f"?p={shown.paginator.num_pages}"] if shown.paginator.num_pages > 1 else []
    asked += [
        f"?o={sign}{place}"
        for place, name in enumerate(shown.list_display)
        if shown.get_ordering_field(name)
        for sign in ("", "-")
    ]
    asked += [f"?q={word}" for word in WORDS if shown.model_admin.search_fields]
    for spec in shown.filter_specs:
        choices = [choice["query_string"] for choice in spec.choices(shown) if choice.get("query_string")]
        asked += dict.fromkeys([*choices[:2], *choices[-1:]])
    found = [
        line
        for query in ["", *asked]
        for line in read_too_far(client, address + query, walks=bool(WALKED.search(query)))
    ]
    assert found == []
