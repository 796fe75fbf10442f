"""What PostgreSQL keeps of the questions that every page asks."""

import pytest
from django.db import connection

from newsroom.prepared import Prepared
from topics.models import Topic


@pytest.mark.django_db
def test_a_question_is_planned_once_on_a_connection():
    ask = Prepared(lambda name: Topic.objects.filter(name=name).values_list("pk", "name"))
    for name in ("Air", "Water", "Fire"):
        ask(name=name)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE '%topics_topic%name%'"
        )
        assert cursor.fetchall() == [(3,)]
