"""Deciding on names that wait."""

import re

import pytest
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Outlet, WorkTopic
from tests.factories import make_outlet, make_story, make_topic, make_user
from topics.models import Topic


@pytest.fixture
def address():
    return reverse("admin:proposed_names")


@pytest.fixture
def story(db):
    """Return a draft with a topic and an outlet that are only proposed."""
    story = make_story(headline="Why the ferry to Norrhavn is late", topics=(), outlets=(make_outlet(),))
    WorkTopic.objects.create(work=story, proposed_name="Ida Sund", description="A pilot.")
    passage = story.passages.first()
    passage.proposed_outlets = ["Tessen Evening Mail"]
    passage.save()
    revisions.record_revision(story, by=None)
    return story


def test_names_wait_with_the_works_that_use_them(client, editor, story, address):
    page = client.get(address).rendered_content
    assert "Ida Sund" in page
    assert "Tessen Evening Mail" in page
    assert page.count("Why the ferry to Norrhavn is late") == 2


def test_a_confirmed_topic_is_made_with_its_kind_and_description(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": "person"})
    topic = Topic.objects.get(name="Ida Sund")
    assert (topic.kind, topic.description) == ("person", "A pilot.")
    assert story.work_topics.get().topic == topic
    assert revisions.get_newest_revision(story).created_by == editor


def test_a_name_is_joined_to_a_topic_that_exists(client, editor, story, address):
    topic = make_topic(name="Ida Sund-Lie")
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "join", "into": "ida sund-lie"})
    assert story.work_topics.get().topic == topic
    assert Topic.objects.called("Ida Sund").get() == topic


def test_a_name_joined_to_nothing_that_exists_is_refused_in_words(client, editor, story, address):
    page = client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "join", "into": "Nix"})
    assert "There is no outlet called “Nix”." in page.rendered_content
    assert re.search(r'<input[^>]*value="Nix"[^>]*autofocus', page.rendered_content)
    assert story.passages.first().proposed_outlets == ["Tessen Evening Mail"]


def test_a_name_is_confirmed_as_something(client, editor, story, address):
    page = client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm", "kind": ""})
    assert "Say what “Ida Sund” is." in page.rendered_content
    assert re.search(r'<select name="kind"[^>]*autofocus', page.rendered_content)
    assert not Topic.objects.exists()


def test_a_confirmed_outlet_speaks_where_it_waited(client, editor, story, address):
    client.post(address, {"what": "outlet", "name": "Tessen Evening Mail", "decision": "confirm", "kind": "newspaper"})
    assert Outlet.objects.get(name="Tessen Evening Mail") in story.passages.first().outlets.all()


def test_a_refused_name_is_taken_out(client, editor, story, address):
    client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "refuse"})
    assert not story.work_topics.exists()


def test_an_empty_list_says_what_comes_here(client, editor, address):
    assert "No name waits." in client.get(address).rendered_content


def test_a_writer_decides_on_no_name(client, story, address):
    client.force_login(make_user(role="Writer"))
    assert client.get(address).status_code == 403
    assert client.post(address, {"what": "topic", "name": "Ida Sund", "decision": "confirm"}).status_code == 403
    assert story.work_topics.get().topic is None
