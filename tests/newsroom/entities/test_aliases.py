"""The further names of a thing, set together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_published_story, make_topic
from topics.admin import TopicRowForm
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]


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


@pytest.mark.parametrize("is_taken", [False, True])
def test_many_names_typed_into_a_form_are_looked_up_together(is_taken):
    make_topic(name="Norrhavn", aliases=("Quay Z",))
    costs = []
    for names in (["quay a"], [f"quay {letter}" for letter in "abcdefghijklmnopqrstuvwxy"]):
        form = TopicRowForm(
            {"name": "Kelmar", "kind": "place", "aliases": "; ".join([*names, "QUAY Z"][: len(names) + is_taken])}
        )
        with CaptureQueriesContext(connection) as queries:
            assert form.is_valid() is not is_taken
        assert form.errors == ({"aliases": ["“QUAY Z” already leads to the topic “Norrhavn”."]} if is_taken else {})
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_a_name_leads_to_what_others_were_joined_to_and_to_nothing_that_was_joined():
    whole = make_topic(name="Port Lisle", aliases=("The harbour",))
    make_topic(name="The old pier", aliases=("The jetty",), merged_into=whole)
    found = Topic.objects.by_names(["PORT LISLE", "the Harbour", "The old pier", "The jetty", "Nothing", ""])
    assert found == {"PORT LISLE": whole, "the Harbour": whole}
    assert Topic.objects.exclude(pk=whole.pk).by_names(["PORT LISLE", "the Harbour"]) == {}
