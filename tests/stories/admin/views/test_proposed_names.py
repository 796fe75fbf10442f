"""The screen of proposed names."""

import re

import pytest
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Outlet, WorkTopic
from tests.factories import make_outlet, make_story, make_topic, make_user
from tests.outcomes import find_summary
from topics.models import Topic


@pytest.fixture
def address():
    return reverse("admin:proposed_names")


@pytest.fixture
def story(db):
    """Return a draft with a proposed topic and a proposed outlet."""
    story = make_story(headline="Why the ferry to Norrhavn is late", topics=(), outlets=(make_outlet(),))
    WorkTopic.objects.create(work=story, proposed_name="Ida Sund", description="A pilot.")
    passage = story.passages.first()
    passage.proposed_outlets = ["Tessen Evening Mail"]
    passage.save()
    revisions.record_revision(story, by=None)
    return story


def test_proposed_names_are_listed_with_the_works_that_use_them(client, editor, story, address):
    page = client.get(address).rendered_content
    assert 'class="proposed-names"' in page
    assert "Ida Sund" in page
    assert "Tessen Evening Mail" in page
    assert page.count("Why the ferry to Norrhavn is late") == 2


def test_a_confirmed_topic_is_created_with_its_kind_and_description(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"})
    topic = Topic.objects.get(name="Ida Sund")
    assert (topic.kind, topic.description) == ("person", "A pilot.")
    assert story.work_topics.get().topic == topic
    assert revisions.get_newest_revision(story).created_by == editor


def test_a_name_can_be_merged_into_an_existing_topic(client, editor, story, address):
    topic = make_topic(name="Ida Sund-Lie")
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "join", "into": "ida sund-lie"})
    assert story.work_topics.get().topic == topic
    assert Topic.objects.with_name("Ida Sund").get() == topic


def test_merging_a_name_into_an_unknown_outlet_is_refused(client, editor, story, address):
    page = client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "join", "into": "Nix"})
    assert [list(fields.errors) for _, fields in page.context["rows"] if fields.errors] == [["into"]]
    assert re.search(r'<ul class="errorlist"[^>]*><li>[^<]*“Nix”', page.rendered_content)
    assert re.search(r'<input[^>]*value="Nix"[^>]*autofocus', page.rendered_content)
    assert story.passages.first().proposed_outlets == ["Tessen Evening Mail"]


def test_confirming_a_name_requires_a_kind(client, editor, story, address):
    page = client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": ""})
    assert [list(fields.errors) for _, fields in page.context["rows"] if fields.errors] == [["kind"]]
    assert re.search(r'<ul class="errorlist"[^>]*><li>[^<]*“Ida Sund”', page.rendered_content)
    assert re.search(r'<select name="kind"[^>]*autofocus', page.rendered_content)
    assert not Topic.objects.exists()


def test_a_confirmed_outlet_is_added_to_its_passages(client, editor, story, address):
    client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "confirm", "kind": "newspaper"})
    assert Outlet.objects.get(name="Tessen Evening Mail") in story.passages.first().outlets.all()


def test_a_rejected_name_is_removed(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "refuse"})
    assert not story.work_topics.exists()


def test_an_empty_list_explains_itself(client, editor, address):
    page = client.get(address)
    assert find_summary(page)
    assert (page.context["rows"], 'class="proposed-names"' in page.rendered_content) == ([], False)


def test_writers_cannot_decide_on_names(client, story, address):
    client.force_login(make_user(role="Writer"))
    assert client.get(address).status_code == 403
    assert client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm"}).status_code == 403
    assert story.work_topics.get().topic is None
