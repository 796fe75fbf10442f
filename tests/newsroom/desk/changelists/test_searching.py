"""A list of the desk is searched for as many words as a database looks up in a moment."""

import pytest
from django.urls import reverse

from tests.factories import make_topic


@pytest.mark.parametrize("sought", ["north " * 10_000, "%_" * 30_000])
@pytest.mark.parametrize("screen", ["topics_topic", "stories_story", "accounts_user"])
def test_a_list_is_not_searched_for_what_is_longer_than_any_search(administrator_client, screen, sought):
    make_topic(name="North pier")
    answer = administrator_client.get(reverse(f"admin:{screen}_changelist"), {"q": sought})
    assert answer.status_code == 200
    assert [str(message) for message in answer.context["messages"]] == [
        "A search has at most 200 characters. The list is not searched."
    ]
    assert answer.context["cl"].query == ""


def test_a_list_is_searched_for_the_longest_search(administrator_client):
    make_topic(name="North pier")
    answer = administrator_client.get(reverse("admin:topics_topic_changelist"), {"q": "pier " * 40})
    assert [str(topic) for topic in answer.context["cl"].result_list] == ["North pier"]


@pytest.mark.parametrize("lookup", ["id__in", "pk__in"])
def test_a_list_narrowed_to_a_number_that_no_database_knows_is_shown_whole(administrator_client, lookup):
    make_topic(name="North pier")
    asked = {lookup: f"1,{'9' * 20}"}
    answer = administrator_client.get(reverse("admin:topics_topic_changelist"), asked, follow=True)
    assert [str(topic) for topic in answer.context["cl"].result_list] == ["North pier"]
