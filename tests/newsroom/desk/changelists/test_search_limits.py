"""Searching the lists of the desk."""

import pytest
from django.contrib import messages
from django.urls import reverse

from tests.factories import make_topic


@pytest.mark.parametrize("query", ["north " * 10_000, "%_" * 30_000])
@pytest.mark.parametrize("screen", ["topics_topic", "stories_story", "accounts_user"])
def test_a_list_is_not_searched_for_an_oversized_query(administrator_client, screen, query):
    make_topic(name="North pier")
    response = administrator_client.get(reverse(f"admin:{screen}_changelist"), {"q": query})
    assert response.status_code == 200
    (message,) = response.context["messages"]
    assert message.level == messages.ERROR
    assert "200" in str(message)
    assert response.context["cl"].query == ""


def test_a_list_is_searched_for_a_query_of_the_maximum_length(administrator_client):
    make_topic(name="North pier")
    response = administrator_client.get(reverse("admin:topics_topic_changelist"), {"q": "pier " * 40})
    assert [str(topic) for topic in response.context["cl"].result_list] == ["North pier"]


@pytest.mark.parametrize("lookup", ["id__in", "pk__in"])
def test_a_filter_by_a_key_that_is_too_large_is_ignored(administrator_client, lookup):
    make_topic(name="North pier")
    parameters = {lookup: f"1,{'9' * 20}"}
    response = administrator_client.get(reverse("admin:topics_topic_changelist"), parameters, follow=True)
    assert [str(topic) for topic in response.context["cl"].result_list] == ["North pier"]
