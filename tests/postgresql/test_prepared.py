"""Prepared queries: how often each is prepared, and how many a connection caches."""

import pytest
from django.db import connection

from newsroom.db.statements import PreparedQuery
from topics.models import Topic


@pytest.mark.django_db
def test_a_query_is_prepared_once_per_connection():
    run_query = PreparedQuery(lambda name: Topic.objects.filter(name=name).values_list("pk", "name"))
    for name in ("Air", "Water", "Fire"):
        run_query(name=name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%topics_topic%name%'"
        )
        assert cursor.fetchall() == [(3,)]


@pytest.mark.django_db
def test_enough_prepared_statements_are_cached_for_pages_and_publications():
    count = 300
    for limit in range(1, count + 1):
        PreparedQuery(lambda name, limit=limit: Topic.objects.filter(name=name).values_list("pk", "slug")[:limit])(
            name="Air"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%topics_topic%slug%LIMIT%'")
        assert cursor.fetchone() == (count,)
