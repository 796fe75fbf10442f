"""Setting all aliases of an entity at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_published_story, make_topic
from tests.outcomes import list_errors
from topics.admin import TopicRowForm
from topics.models import Topic

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def list_suggestions(client, start):
    return [
        suggestion["title"] for suggestion in client.get("/search/suggestions/", {"q": start}).json()["suggestions"]
    ]


def test_setting_aliases_removes_respells_and_adds_them(client):
    topic = make_topic(name="Port Lisle", aliases=("The harbour", "The quay"))
    make_published_story(topics=(topic,))
    key = topic.aliases.get(name="The harbour").pk
    topic.set_aliases(["The Harbour", "The Jetty"])
    assert dict(topic.aliases.values_list("name", "folded")) == {"The Harbour": "the harbour", "The Jetty": "the jetty"}
    assert topic.aliases.get(name="The Harbour").pk == key
    assert list_suggestions(client, "harbour") == list_suggestions(client, "jetty") == ["Port Lisle"]
    assert list_suggestions(client, "quay") == []


def test_setting_many_aliases_costs_at_most_three_queries_more_than_setting_one():
    topic = make_topic()
    make_published_story(topics=(topic,))
    costs = []
    for names in (["The harbour"], [f"Quay {letter}" for letter in "abcdefgh"]):
        with CaptureQueriesContext(connection) as queries:
            topic.set_aliases(names)
        costs.append(len(queries))
    assert costs[1] <= costs[0] + 3, costs


@pytest.mark.parametrize("is_taken", [False, True])
def test_a_form_looks_up_all_aliases_together(is_taken):
    make_topic(name="Norrhavn", aliases=("Quay Z",))
    costs = []
    for names in (["quay a"], [f"quay {letter}" for letter in "abcdefghijklmnopqrstuvwxy"]):
        form = TopicRowForm(
            {"name": "Kelmar", "kind": "place", "aliases": "; ".join([*names, "QUAY Z"][: len(names) + is_taken])}
        )
        with CaptureQueriesContext(connection) as queries:
            assert form.is_valid() is not is_taken
        assert list_errors(form) == ([("aliases", "taken")] if is_taken else [])
        assert all(name in str(form.errors["aliases"]) for name in ("QUAY Z", "Norrhavn") if is_taken)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_names_lead_to_remaining_entities_but_not_to_merged_ones():
    remaining = make_topic(name="Port Lisle", aliases=("The harbour",))
    make_topic(name="The old pier", aliases=("The jetty",), merged_into=remaining)
    results = Topic.objects.by_names(["PORT LISLE", "the Harbour", "The old pier", "The jetty", "Nothing", ""])
    assert results == {"PORT LISLE": remaining, "the Harbour": remaining}
    assert Topic.objects.exclude(pk=remaining.pk).by_names(["PORT LISLE", "the Harbour"]) == {}
