"""Proposed names of topics and outlets: listing, confirming, merging and rejecting them."""

from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from newsroom.accounts.permissions import NotAllowedError
from stories import drafts
from stories.documents import Origin
from stories.documents.schema import NamedOutlet
from stories.drafts import revisions
from stories.models import Outlet, SourceSummary, WorkTopic
from stories.workflow import proposed_names
from tests.factories import make_outlet, make_published_story, make_story, make_topic
from topics.models import Topic

pytestmark = pytest.mark.django_db


def propose(story, *, topic="", outlet=""):
    if topic:
        WorkTopic.objects.create(work=story, proposed_name=topic, description="A pier of Port Lisle.")
    if outlet:
        SourceSummary.objects.create(story=story, text=f"{outlet} counts nine lorries.", proposed_outlets=[outlet])
    revisions.record_revision(story, by=None)


def test_spellings_with_the_same_folded_form_are_listed_as_one_name():
    first, second = make_story(), make_story()
    propose(first, topic="North Pier", outlet="Radio Tessen")
    propose(second, topic="north pier", outlet="RADIO TESSEN")
    names = [(name.what, name.name, len(name.works)) for name in proposed_names.list_proposed_names()]
    assert names == [("topic", "North Pier", 2), ("outlet", "Radio Tessen", 2)]


def test_confirming_a_topic_creates_one_topic_for_all_works(curator):
    stories = [make_story(topics=()), make_story(topics=())]
    for story in stories:
        propose(story, topic="North Pier")
    topic = proposed_names.confirm_topic("North Pier", by=curator, kind="place", description="A pier.")
    assert [story.work_topics.get().topic for story in stories] == [topic, topic]
    assert (topic.slug, topic.kind) == ("north-pier", "place")
    assert [revisions.get_newest_revision(story).document.value().topics[0].topic for story in stories] == [
        topic.uid,
        topic.uid,
    ]
    assert proposed_names.list_proposed_names() == []


def test_merging_a_name_into_a_topic_adds_it_as_an_alias(curator):
    story = make_story(topics=(), outlets=())
    propose(story, topic="The northern pier")
    pier = make_topic(name="North Pier")
    proposed_names.merge_name_into_topic("The northern pier", pier, by=curator)
    assert story.work_topics.get().topic == pier
    assert Topic.objects.with_name("THE NORTHERN PIER").get() == pier


def test_readers_cannot_search_by_a_name_that_only_drafts_contain(curator, client):
    pier, radio = make_topic(name="North Pier"), make_outlet(name="Radio Tessen")
    make_published_story(topics=(pier,), outlets=(radio,))
    propose(make_story(topics=(), outlets=()), topic="The qxnorthern", outlet="Qxradio")
    proposed_names.merge_name_into_topic("The qxnorthern", pier, by=curator)
    proposed_names.merge_name_into_outlet("Qxradio", radio, by=curator)
    for query in ("qxnorthern", "qxradio"):
        assert client.get("/api/v1/search", {"q": query}).json()["total"] == 0
        assert client.get("/api/v1/search", {"q": query[:-1]}).json()["did_you_mean"] == ""
    assert Outlet.objects.with_name("qxradio").get() == radio


def test_readers_can_search_by_a_merged_name_that_was_published(curator, editor, client):
    pier, published_topic = make_topic(name="North Pier"), make_topic(name="The qxnorthern")
    story = make_published_story(topics=(published_topic,), by=editor)
    published_topic.name = "Old Pier"
    published_topic.save()
    propose(story, topic="The qxnorthern")
    proposed_names.merge_name_into_topic("The qxnorthern", pier, by=curator)
    make_published_story(topics=(pier,))
    suggestions = client.get("/search/suggestions/", {"q": "qxnorthern"}).json()["suggestions"]
    assert [suggestion["title"] for suggestion in suggestions] == ["North Pier"]


def test_a_name_of_another_topic_cannot_be_merged(curator):
    make_topic(name="South Pier")
    with pytest.raises(ValidationError, match="South Pier") as refusal:
        proposed_names.merge_name_into_topic("South Pier", make_topic(name="North Pier"), by=curator)
    assert refusal.value.code == "taken"


def test_rejecting_a_topic_removes_it_from_the_work(editor):
    story = make_story(topics=(), outlets=())
    propose(story, topic="Weather")
    proposed_names.reject_topic("Weather", by=editor)
    assert not story.work_topics.exists()
    assert revisions.get_newest_revision(story).document.value().topics == ()


def test_merging_a_name_adds_no_second_row_for_the_same_topic(editor):
    pier = make_topic(name="North Pier")
    story = make_story(topics=(pier,))
    propose(story, topic="Pier of the north")
    proposed_names.merge_name_into_topic("Pier of the north", pier, by=editor)
    assert [row.topic for row in story.work_topics.all()] == [pier]


def test_confirming_an_outlet_adds_it_to_the_passage(editor):
    story = make_story(topics=(), outlets=())
    propose(story, outlet="Radio Tessen")
    outlet = proposed_names.confirm_outlet("Radio Tessen", by=editor, kind="broadcaster")
    passage = story.passages.get()
    assert (list(passage.outlets.all()), passage.proposed_outlets) == ([outlet], [])


def test_names_of_outlets_can_be_merged_and_rejected(editor):
    story = make_story(topics=(), outlets=())
    propose(story, outlet="Tessen Radio")
    propose(story, outlet="Nobody at all")
    radio = make_outlet(name="Radio Tessen")
    proposed_names.merge_name_into_outlet("Tessen Radio", radio, by=editor)
    proposed_names.reject_outlet("Nobody at all", by=editor)
    assert [list(passage.outlets.all()) for passage in story.passages.all()] == [[radio], []]
    assert proposed_names.list_proposed_names() == []
    assert Outlet.objects.with_name("tessen radio").get() == radio


def test_writers_may_not_decide_on_names(writer):
    story = make_story(topics=(), outlets=())
    propose(story, topic="North Pier", outlet="Radio Tessen")
    for verb in (
        proposed_names.confirm_topic,
        proposed_names.reject_topic,
        proposed_names.confirm_outlet,
        proposed_names.reject_outlet,
    ):
        with pytest.raises(NotAllowedError):
            verb("North Pier", by=writer)
    assert len(proposed_names.list_proposed_names()) == 2


def test_a_name_without_letters_cannot_become_a_topic(editor):
    story = make_story()
    WorkTopic.objects.create(uid=uuid4(), work=story, proposed_name="…")
    with pytest.raises(ValidationError):
        proposed_names.confirm_topic("…", by=editor)


def test_a_name_that_only_an_origin_has_is_not_among_the_names_to_decide():
    origin = Origin(uid=uuid4(), name="Report", outlet=NamedOutlet(uid=None, name="Radio Tessen"))
    document = drafts.build_document(make_story()).changed(origins=(origin,))
    assert not proposed_names.list_document_names(document)
