"""What PostgreSQL keeps of the questions that every page asks."""

import pytest
from django.db import connection

from newsroom.db.statements import PreparedQuery
from topics.models import Topic


@pytest.mark.django_db
def test_a_question_is_planned_once_on_a_connection():
    ask = PreparedQuery(lambda name: Topic.objects.filter(name=name).values_list("pk", "name"))
    for name in ("Air", "Water", "Fire"):
        ask(name=name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%topics_topic%name%'"
        )
        assert cursor.fetchall() == [(3,)]


@pytest.mark.django_db
def test_as_many_questions_stay_planned_as_pages_and_publications_ask():
    many = 300
    for limit in range(1, many + 1):
        PreparedQuery(lambda name, limit=limit: Topic.objects.filter(name=name).values_list("pk", "slug")[:limit])(
            name="Air"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%topics_topic%slug%LIMIT%'")
        assert cursor.fetchone() == (many,)
