"""The page that lists the feeds, and the links by which readers follow a page."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_published_question, make_published_story, make_topic

pytestmark = pytest.mark.django_db


def list_feed_addresses(page):
    return re.findall(r'<a [^>]*href="([^"]+)" type="application/[a-z]+\+[a-z]+"', page)


def test_all_feeds_of_the_list_can_be_opened(client):
    topic = make_topic(name="North pier")
    make_published_story(topics=(topic,))
    page = client.get("/feeds/").content.decode()
    addresses = list_feed_addresses(page)
    assert addresses == [
        "/feeds/stories.atom", "/feeds/stories.rss", "/feeds/stories.json", "/corrections/feed.atom",
        "/questions/open/feed.atom", "/forecasts/feed.atom", f"/topics/{topic.slug}/feed.atom",
    ]  # fmt: skip
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_without_stories_the_list_has_the_feeds_of_the_site(client):
    assert len(list_feed_addresses(client.get("/feeds/").content.decode())) == 6


@pytest.mark.usefixtures("four_languages")
def test_each_language_has_its_own_feeds(client):
    page = client.get("/de/feeds/").content.decode()
    assert 'href="/feeds/stories.atom"' in page
    assert 'href="/ar/feeds/stories.json"' in page
    assert 'href="/de/corrections/feed.atom"' in page


def test_the_pages_of_stories_topics_and_outlets_lead_to_their_feeds(client):
    topic = make_topic()
    story = make_published_story(topics=(topic,))
    outlet = story.passages.first().outlets.first()
    for address, feed in (
        (f"/stories/{story.slug}/", f"/stories/{story.slug}/changes.atom"),
        (f"/topics/{topic.slug}/", f"/topics/{topic.slug}/feed.atom"),
        (f"/sources/{outlet.slug}/", f"/sources/{outlet.slug}/feed.atom"),
    ):
        page = client.get(address).content.decode()
        assert feed in list_feed_addresses(page), address
        assert 'href="/feeds/"' in page


def test_an_old_edition_cannot_be_followed_and_a_preview_neither_followed_nor_shared(client, editor_client):
    story = make_published_story(questions=(make_published_question(),))
    page = client.get(f"/stories/{story.slug}/history/1/").content.decode()
    assert 'data-share-label="Share this edition"' in page
    assert "changes.atom" not in page
    for work in (story, story.story_questions.get().faq):
        preview = editor_client.get(reverse(work.view_name("preview"), args=[work.pk])).content.decode()
        assert str(work) in preview
        assert "data-share-label" not in preview
        assert list_feed_addresses(preview) == []
