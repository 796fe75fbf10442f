"""Two topics become one."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from stories import publishing
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, make_topic
from topics.merge import merge_topics
from topics.models import Topic, TopicAlias

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def test_the_names_of_a_merged_topic_lead_to_the_other(curator):
    gone = make_topic(name="North Pier", aliases=("The long pier",))
    kept = make_topic(name="Pier of Port Lisle")
    merge_topics(gone, kept, by=curator)
    assert Topic.objects.with_name("north pier").get() == kept
    assert Topic.objects.with_name("the long pier").get() == kept
    assert gone not in Topic.objects.unmerged()


def test_drafts_and_editions_keep_the_row_they_named(curator):
    gone, kept = make_topic(), make_topic()
    story = make_published_story(topics=(gone,))
    merge_topics(gone, kept, by=curator)
    assert story.work_topics.get().topic == gone
    assert kept in Topic.objects.public(at=story.editions.get().live_from)


def test_chains_of_merging_stay_one_step_long(curator):
    first, second, third = make_topic(), make_topic(), make_topic()
    merge_topics(first, second, by=curator)
    merge_topics(second, third, by=curator)
    first.refresh_from_db()
    assert first.merged_into == third


def answers_about(topic, client):
    """Return how the page of a topic answers, its data by slug and by uid, and how many stories the API has of it."""
    addresses = (f"/topics/{topic.slug}/", f"/api/v1/topics/{topic.slug}", f"/api/v1/topics/{topic.uid}")
    listed = client.get("/api/v1/stories", {"topic": topic.slug}).json()["items"]
    return [client.get(address).status_code for address in addresses], len(listed)


def test_of_a_topic_that_readers_never_saw_they_learn_nothing_by_its_merging(curator, client):
    kept, hidden = make_topic(name="Police"), make_topic(name="Operation Qxnight", aliases=("The qxraid",))
    make_published_story(topics=(kept,))
    make_story(topics=(hidden,))
    before = answers_about(hidden, client)
    merge_topics(hidden, kept, by=curator)
    assert answers_about(hidden, client) == before == ([404, 404, 404], 0)
    assert "Police" not in client.get("/reports/", {"page": f"/topics/{hidden.slug}/"}).content.decode()
    for query in ("qxnight", "qxraid"):
        assert client.get("/search/suggestions/", {"q": query}).json()["suggestions"] == []
        assert client.get("/api/v1/search", {"q": query}).json()["total"] == 0
    assert Topic.objects.with_name("the qxraid").get() == kept


def test_a_topic_under_embargo_leads_to_the_other_from_its_time_on(curator, editor, client, set_time):
    set_time.go(to=MONDAY)
    kept, hidden = make_topic(), make_topic()
    make_published_story(topics=(kept,), by=editor)
    publishing.schedule(make_story(topics=(hidden,)), by=editor, at=MONDAY + timedelta(days=4))
    merge_topics(hidden, kept, by=curator)
    set_time.go(to=MONDAY + timedelta(days=4) - timedelta(microseconds=1))
    assert answers_about(hidden, client) == ([404, 404, 404], 0)
    set_time.go(to=MONDAY + timedelta(days=4))
    assert answers_about(hidden, client) == ([301, 301, 301], 2)


def test_what_readers_saw_through_another_topic_leads_on_after_the_next_merging(curator, client):
    first, second, third = make_topic(), make_topic(), make_topic()
    make_published_story(topics=(first,))
    make_published_story(topics=(third,))
    merge_topics(first, second, by=curator)
    assert client.get(f"/topics/{second.slug}/").status_code == 200
    second.refresh_from_db()
    merge_topics(second, third, by=curator)
    for topic in (first, second):
        assert answers_about(topic, client)[0][0] == 301


def test_merging_with_itself_or_into_what_is_gone_is_refused(curator):
    first, second = make_topic(), make_topic()
    with pytest.raises(ValidationError, match="itself"):
        merge_topics(first, first, by=curator)
    merge_topics(first, second, by=curator)
    with pytest.raises(ValidationError, match="already"):
        merge_topics(second, first, by=curator)


def test_an_editor_cannot_merge(editor):
    with pytest.raises(NotAllowedError):
        merge_topics(make_topic(), make_topic(), by=editor)


def test_an_alias_that_leads_elsewhere_is_refused_in_words():
    make_topic(name="North Pier", aliases=("The long pier",))
    other = make_topic(name="South Pier")
    with pytest.raises(ValidationError, match="North Pier"):
        TopicAlias(topic=other, name="the LONG pier").full_clean(exclude=["folded"])
    with pytest.raises(ValidationError, match="already the topic"):
        Topic(name="the long pier", slug="long").full_clean(exclude=["folded_name"])
