"""Merging two topics."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from stories import publishing
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, make_topic
from topics.merge import merge_topics
from topics.models import Topic, TopicAlias

pytestmark = pytest.mark.django_db


def test_the_names_of_a_merged_topic_lead_to_the_remaining_one(curator):
    merged = make_topic(name="North Pier", aliases=("The long pier",))
    remaining = make_topic(name="Pier of Port Lisle")
    merge_topics(merged, remaining, by=curator)
    assert Topic.objects.with_name("north pier").get() == remaining
    assert Topic.objects.with_name("the long pier").get() == remaining
    assert merged not in Topic.objects.unmerged()


def test_drafts_and_editions_still_refer_to_the_merged_topic(curator):
    merged, remaining = make_topic(), make_topic()
    story = make_published_story(topics=(merged,))
    merge_topics(merged, remaining, by=curator)
    assert story.work_topics.get().topic == merged
    assert remaining in Topic.objects.public(at=story.editions.get().live_from)


def test_repeated_merges_all_point_to_the_last_topic(curator):
    first, second, third = make_topic(), make_topic(), make_topic()
    merge_topics(first, second, by=curator)
    merge_topics(second, third, by=curator)
    first.refresh_from_db()
    assert first.merged_into == third


def get_public_state(topic, client):
    """Return the status codes of a topic's page and of its API data, and the number of its stories in the API."""
    addresses = (f"/topics/{topic.slug}/", f"/api/v1/topics/{topic.slug}", f"/api/v1/topics/{topic.uid}")
    stories = client.get("/api/v1/stories", {"topic": topic.slug}).json()["items"]
    return [client.get(address).status_code for address in addresses], len(stories)


def test_merging_a_topic_that_readers_never_saw_discloses_nothing(curator, client):
    remaining, hidden = make_topic(name="Police"), make_topic(name="Operation Qxnight", aliases=("The qxraid",))
    make_published_story(topics=(remaining,))
    make_story(topics=(hidden,))
    before = get_public_state(hidden, client)
    merge_topics(hidden, remaining, by=curator)
    assert get_public_state(hidden, client) == before == ([404, 404, 404], 0)
    assert "Police" not in client.get("/reports/", {"page": f"/topics/{hidden.slug}/"}).content.decode()
    for query in ("qxnight", "qxraid"):
        assert client.get("/search/suggestions/", {"q": query}).json()["suggestions"] == []
        assert client.get("/api/v1/search", {"q": query}).json()["total"] == 0
    assert Topic.objects.with_name("the qxraid").get() == remaining


def test_a_merged_topic_under_embargo_redirects_once_its_edition_is_live(curator, editor, client, set_time):
    set_time.go(to=MONDAY)
    remaining, hidden = make_topic(), make_topic()
    make_published_story(topics=(remaining,), by=editor)
    publishing.schedule(make_story(topics=(hidden,)), by=editor, at=MONDAY + timedelta(days=4))
    merge_topics(hidden, remaining, by=curator)
    set_time.go(to=MONDAY + timedelta(days=4) - timedelta(microseconds=1))
    assert get_public_state(hidden, client) == ([404, 404, 404], 0)
    set_time.go(to=MONDAY + timedelta(days=4))
    assert get_public_state(hidden, client) == ([301, 301, 301], 2)


def test_a_topic_that_readers_saw_redirects_after_another_merge(curator, client):
    first, second, third = make_topic(), make_topic(), make_topic()
    make_published_story(topics=(first,))
    make_published_story(topics=(third,))
    merge_topics(first, second, by=curator)
    assert client.get(f"/topics/{second.slug}/").status_code == 200
    second.refresh_from_db()
    merge_topics(second, third, by=curator)
    for topic in (first, second):
        assert get_public_state(topic, client)[0][0] == 301


def test_merging_a_topic_into_itself_or_merging_it_twice_is_refused(curator):
    first, second = make_topic(), make_topic()
    with pytest.raises(ValidationError) as refused:
        merge_topics(first, first, by=curator)
    assert refused.value.code == "same"
    merge_topics(first, second, by=curator)
    with pytest.raises(ValidationError) as refused:
        merge_topics(second, first, by=curator)
    assert refused.value.code == "merged"


def test_an_editor_cannot_merge(editor):
    with pytest.raises(NotAllowedError):
        merge_topics(make_topic(), make_topic(), by=editor)


def test_an_alias_of_another_topic_is_refused_with_its_name():
    make_topic(name="North Pier", aliases=("The long pier",))
    other = make_topic(name="South Pier")
    with pytest.raises(ValidationError, match="North Pier") as refused_alias:
        TopicAlias(topic=other, name="the LONG pier").full_clean(exclude=["folded"])
    with pytest.raises(ValidationError, match="North Pier") as refused_topic:
        Topic(name="the long pier", slug="long").full_clean(exclude=["folded_name"])
    for refused in (refused_alias, refused_topic):
        assert [error.code for error in refused.value.error_dict["name"]] == ["taken"]
