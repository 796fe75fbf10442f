"""The further names of a thing, set together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_published_story, make_topic

pytestmark = pytest.mark.django_db


def suggested(client, start):
    return [each["title"] for each in client.get("/search/suggestions/", {"q": start}).json()["suggestions"]]


def test_names_are_taken_away_written_anew_and_added(client):
    topic = make_topic(name="Port Lisle", aliases=("The harbour", "The quay"))
    make_published_story(topics=(topic,))
    kept = topic.aliases.get(name="The harbour").pk
    topic.set_aliases(["The Harbour", "The Jetty"])
    assert dict(topic.aliases.values_list("name", "folded")) == {"The Harbour": "the harbour", "The Jetty": "the jetty"}
    assert topic.aliases.get(name="The Harbour").pk == kept
    assert suggested(client, "harbour") == suggested(client, "jetty") == ["Port Lisle"]
    assert suggested(client, "quay") == []


def test_many_names_cost_no_more_queries_than_one():
    topic = make_topic()
    make_published_story(topics=(topic,))
    costs = []
    for names in (["The harbour"], [f"Quay {letter}" for letter in "abcdefgh"]):
        with CaptureQueriesContext(connection) as queries:
            topic.set_aliases(names)
        costs.append(len(queries))
    assert costs[1] <= costs[0] + 3, costs
