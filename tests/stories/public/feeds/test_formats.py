"""The formats of feeds: each format is valid, has the same content, and answers conditional requests."""

from datetime import date
from xml.etree import ElementTree

import feedparser
import pytest

from stories import publishing
from stories.drafts import revisions
from stories.models import Outlet
from tests.factories import (
    make_article,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_update,
    make_user,
)
from tests.stories.forecasts import publish_forecasts
from tests.stories.public.feeds.validate import ATOM, find_feed_errors
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db
STORIES = ("/feeds/stories.atom", "/feeds/stories.rss", "/feeds/stories.json")


def make_full_story(**fields):
    """Make a live story with every field that a feed contains, corrected once."""
    story = make_published_story(
        **{
            "slug": "north-pier",
            "byline": ("Ana Kestrel", "Jonas Adebar"),
            "articles": (make_article(),),
            "texts": {"behind": "It is [described](/about/pier/) & measured.[@1]"},
            "standfirst": "Less than 5 < 6 tonnes & no more.",
            **fields,
        }
    )
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was nine tonnes.", is_right="It was ten tonnes.")
    return story


def list_feeds(story):
    topic = story.work_topics.get().topic
    outlet = Outlet.objects.filter(passages__story=story).first()
    return [
        *STORIES,
        f"/topics/{topic.slug}/feed.atom",
        f"/sources/{outlet.slug}/feed.atom",
        "/corrections/feed.atom",
        "/forecasts/feed.atom",
        "/questions/open/feed.atom",
        f"/stories/{story.slug}/changes.atom",
        f"/stories/{story.slug}/changes.json",
    ]


def test_every_feed_is_valid(client):
    make_full_story(slug="south-pier", language="ar", headline="لماذا أغلق ميناء تلمار ثلاثة أسابيع")
    publish_forecasts({}, {"state": "void"})
    make_published_question(answer_state="open", open_since=date(2026, 11, 9))
    for address in list_feeds(make_full_story()):
        response = client.get(address)
        assert find_feed_errors(response.content, response["Content-Type"]) == [], address


def test_an_empty_feed_is_valid(client):
    for address in (*STORIES, "/corrections/feed.atom"):
        response = client.get(address)
        assert find_feed_errors(response.content, response["Content-Type"]) == [], address


def test_the_validator_finds_errors(client):
    make_full_story()
    for address in STORIES:
        response = client.get(address)
        for right, wrong in ((b"urn:uuid:", b"urn:"), (b"http://testserver/about", b"/about"), (b"Jonas Adebar", b"")):
            assert right in response.content
            broken = response.content.replace(right, wrong)
            assert find_feed_errors(broken, response["Content-Type"]) != [], (address, right)


def test_atom_and_rss_have_the_same_entries(client):
    make_full_story()
    atom, rss = (feedparser.parse(client.get(address).content) for address in STORIES[:2])
    assert not atom.bozo
    assert not rss.bozo
    (first,), (second,) = atom.entries, rss.entries
    for field in ("id", "title", "link", "summary", "published_parsed"):
        assert first[field] == second[field], field
    assert first.content[0].value == second.content[0].value
    assert [author.name for author in first.authors] == ["Ana Kestrel", "Jonas Adebar"]
    assert [author.name for author in second.authors] == ["Ana Kestrel", "Jonas Adebar"]
    assert rss.feed.links[-1].rel == "self"


def test_the_json_feed_has_the_same_content_and_corrections(client):
    story = make_full_story()
    atom = client.get(STORIES[0]).content
    (entry,) = feedparser.parse(atom).entries
    feed = client.get(STORIES[2]).json()
    (item,) = feed["items"]
    assert item["id"] == entry.id
    assert item["content_html"] == ElementTree.fromstring(atom).findtext(f"{ATOM}entry/{ATOM}content")  # noqa: S314
    assert [author["name"] for author in item["authors"]] == ["Ana Kestrel", "Jonas Adebar"]
    assert item["language"] == "en"
    assert item["tags"] == [story.work_topics.get().topic.name]
    assert client.get(item["image"].removeprefix("http://testserver"))["Content-Type"] == "image/jpeg"
    assert item["_newsroom"]["edition"] == "2"
    (correction,) = item["_newsroom"]["corrections"]
    assert (correction["was_wrong"], correction["is_right"]) == ("It was nine tonnes.", "It was ten tonnes.")
    assert client.get(correction["url"].removeprefix("http://testserver")).status_code == 200


def test_ids_do_not_change_with_the_address(client):
    story = make_full_story()
    before = [client.get(address).content for address in STORIES]
    story.slug = "moved"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("Moved."))
    for address, old in zip(STORIES, before, strict=True):
        new = client.get(address).content
        assert f"urn:uuid:{story.uid}".encode() in old
        assert f"urn:uuid:{story.uid}".encode() in new
        assert b"/stories/moved/" in new
        assert b"/stories/north-pier/" not in new.replace(b"/stories/moved/", b"")


def test_an_unchanged_feed_answers_304(client):
    for address in list_feeds(make_full_story()):
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), address


def test_the_feed_of_a_topic_has_only_its_stories(client):
    topic = make_topic(name="North pier")
    story = make_published_story(topics=(topic,))
    make_published_story()
    feed = feedparser.parse(client.get(f"/topics/{topic.slug}/feed.atom").content)
    assert [entry.title for entry in feed.entries] == [story.headline]
    assert feed.feed.title == "Newsroom: North pier"
    assert feed.feed.id == f"urn:uuid:{topic.uid}"


def test_stories_of_a_merged_topic_are_in_the_feed_of_the_remaining_one(client, curator):
    remaining, merged = make_topic(), make_topic()
    story = make_published_story(topics=(merged,))
    merge_topics(merged, into=remaining, by=curator)
    moved = client.get(f"/topics/{merged.slug}/feed.atom")
    assert (moved.status_code, moved["Location"]) == (301, f"/topics/{remaining.slug}/feed.atom")
    feed = feedparser.parse(client.get(moved["Location"]).content)
    assert [entry.title for entry in feed.entries] == [story.headline]


def test_the_feed_of_an_outlet_has_the_stories_that_name_it(client):
    outlet = make_outlet(name="Harbour & Coast")
    story = make_published_story(outlets=(outlet, make_outlet()))
    make_published_story()
    feed = feedparser.parse(client.get(f"/sources/{outlet.slug}/feed.atom").content)
    assert [entry.title for entry in feed.entries] == [story.headline]
    assert feed.feed.title == "Newsroom: Harbour & Coast"


def test_topics_and_outlets_that_are_not_public_have_no_feed(client):
    topic, outlet = make_topic(), make_outlet()
    make_story(topics=(topic,), outlets=(outlet, make_outlet()))
    for address in (f"/topics/{topic.slug}/feed.atom", f"/sources/{outlet.slug}/feed.atom", "/topics/never/feed.atom"):
        assert client.get(address).status_code == 404


def test_both_feeds_of_changes_have_the_same_entries(client):
    story = make_full_story()
    atom = feedparser.parse(client.get(f"/stories/{story.slug}/changes.atom").content)
    feed = client.get(f"/stories/{story.slug}/changes.json").json()
    assert [(item["id"], item["title"], item["url"]) for item in feed["items"]] == [
        (entry.id, entry.title, entry.link) for entry in atom.entries
    ]
    (item,) = feed["items"]
    assert item["content_html"].strip() == atom.entries[0].content[0].value
    assert item["_newsroom"] == {
        "edition": "2",
        "kind": "correction",
        "was_wrong": "It was nine tonnes.",
        "is_right": "It was ten tonnes.",
    }
    assert "expired" not in feed
