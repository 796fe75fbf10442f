"""The dependencies of stored pages, most of them lists: changes to their content make them stale, and so does time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from newsroom.http.clock import FOREVER, start_of_next_day, start_of_next_year
from newsroom.page_cache.dependencies import FRONT, NAMES, QUESTIONS, SITE, STORIES, SUBJECTS, list_key, page_key
from newsroom.page_cache.models import PageKey, StoredPage
from stories import publishing
from tests.factories import (
    make_article,
    make_image,
    make_outlet,
    make_published_question,
    make_published_story,
    make_story,
    make_topic,
    make_user,
)
from topics.merge import merge_topics

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    """Publish a story with a picture, about a topic with a picture, and a question about the same topic."""
    topic = make_topic(slug="port", picture=make_image())
    outlet = make_outlet(slug="paper")
    make_published_question(topics=(topic,))
    return make_published_story(
        slug="pier",
        topics=(topic,),
        outlets=(outlet, make_outlet()),
        articles=(make_article(outlet=outlet),),
        lead_image=make_image(),
        lead_alt="The pier",
    )


def get_stored_page(client, address):
    """Return the stored page, after requesting it twice: while a page key has no version, a page is not stored."""
    for _ in range(2):
        assert client.get(address).status_code == 200, address
    return StoredPage.objects.get(address=address)


def stays_valid(client, address, change):
    page = get_stored_page(client, address)
    change()
    return all(PageKey.objects.versions([name]) == {name: version} for name, version in page.keys.items())


def expected_page_keys(story):
    topic = story.work_topics.get().topic
    outlet = story.passages.get(position=0).outlets.get()
    topic_keys, outlet_keys = (
        {page_key("topic", topic.uid), list_key("topic", topic.uid)},
        {page_key("outlet", outlet.uid), list_key("outlet", outlet.uid)},
    )
    image_key, lead_key = page_key("picture", topic.picture.uid), page_key("picture", story.lead_image.uid)
    month = clock.now().strftime("%Y/%m")
    return {
        "/": {STORIES, QUESTIONS, FRONT, lead_key},
        "/stories/": {STORIES},
        f"/stories/archive/{month}/": {STORIES},
        "/questions/": {QUESTIONS},
        "/corrections/": {STORIES, QUESTIONS},
        "/corrections/feed.atom": {STORIES, QUESTIONS},
        "/topics/": {STORIES, QUESTIONS},
        "/topics/port/": {*topic_keys, image_key},
        "/topics/port/feed.atom": {*topic_keys, image_key, lead_key},
        "/sources/": {STORIES, QUESTIONS},
        "/sources/paper/": outlet_keys,
        "/sources/paper/feed.atom": {*outlet_keys, lead_key},
        "/feeds/": {STORIES},
        "/feeds/stories.atom": {STORIES, lead_key},
        "/feeds/stories.rss": {STORIES, lead_key},
        "/feeds/stories.json": {STORIES, lead_key},
    }


def test_each_list_depends_on_the_page_keys_of_its_content(client, story):
    lists = expected_page_keys(story)
    assert {address: set(get_stored_page(client, address).keys) for address in lists} == {
        address: {SITE, SUBJECTS, NAMES, *names} for address, names in lists.items()
    }


def test_a_later_page_of_a_list_is_not_stored(client, story):
    client.get("/stories/?before=20261113T120000.000000Z-" + "0" * 32)
    assert not StoredPage.objects.exists()


def test_every_list_expires_when_a_scheduled_story_is_due(client, story):
    at = clock.now() + timedelta(minutes=5)
    publishing.schedule(make_story(), at=at, by=make_user())
    for address in expected_page_keys(story):
        assert get_stored_page(client, address).valid_until <= at, address


def test_lists_expire_at_the_end_of_the_year_and_the_front_page_at_midnight(client, story):
    now = clock.now()
    assert get_stored_page(client, "/stories/").valid_until == start_of_next_year(now)
    assert get_stored_page(client, "/").valid_until == start_of_next_day(now) < FOREVER


def test_publishing_invalidates_only_the_lists_that_include_the_story(client, story):
    for address in ("/", "/stories/", "/topics/", "/sources/", "/feeds/stories.json"):
        assert not stays_valid(client, address, make_published_story), address
    for address in ("/topics/port/", "/sources/paper/", "/questions/", "/topics/port/feed.atom"):
        assert stays_valid(client, address, make_published_story), address
    topic = story.work_topics.get().topic
    assert not stays_valid(client, "/topics/port/", lambda: make_published_story(topics=(topic,)))


def test_renaming_a_topic_invalidates_every_list_with_names(client, story):
    def rename():
        topic = story.work_topics.get().topic
        topic.name = f"{topic.name} again"
        topic.save()

    for address in expected_page_keys(story):
        assert not stays_valid(client, address, rename), address


def test_renaming_a_topic_with_many_stories_takes_no_more_queries():
    topic = make_topic(name="North pier")
    make_published_story(topics=(topic,))

    def count_queries(name):
        topic.name = name
        with CaptureQueriesContext(connection) as queries:
            topic.save()
        return len(queries)

    # Use each name once beforehand, because new words are added to the list of spellings.
    counts_for_few_stories = [count_queries(name) for name in ("South pier", "North pier", "South pier", "North pier")]
    for _ in range(6):
        make_published_story(topics=(topic,))
    assert [count_queries(name) for name in ("South pier", "North pier")] == counts_for_few_stories[2:]


def test_changing_a_picture_invalidates_the_pages_that_show_it(client, story):
    def caption():
        picture = story.lead_image
        picture.title = f"{picture.title} again"
        picture.save()

    assert not stays_valid(client, "/", caption)
    assert stays_valid(client, "/stories/", caption)


def test_a_new_story_that_asks_a_question_invalidates_only_the_page_of_the_question(client):
    question = make_published_question()
    first_story = make_published_story(slug="pier", questions=(question,))
    page = f"/questions/{question.slug}/"
    assert not stays_valid(client, page, lambda: make_published_story(slug="quay", questions=(question,)))
    assert "/stories/quay/" in client.get(page).content.decode()
    assert stays_valid(client, f"/stories/{first_story.slug}/", lambda: make_published_story(questions=(question,)))


@pytest.mark.parametrize("address", ["/stories/pier/", "/stories/pier.md"])
def test_a_link_to_a_merged_topic_leads_to_the_remaining_one_while_that_is_public(client, curator, editor, address):
    harbour, port = make_topic(), make_topic()
    make_published_story(slug="pier", texts={"behind": f"The [harbour](topic:{harbour.uid}) is shut."})
    story = make_published_story(topics=(port,))
    merge_topics(harbour, port, by=curator)
    address_of_port = port.get_absolute_url()
    assert address_of_port in client.get(address).content.decode()
    assert not stays_valid(client, address, lambda: publishing.withdraw(story, by=editor, notice="It was wrong."))
    assert address_of_port not in client.get(address).content.decode()
    assert not stays_valid(client, address, lambda: publishing.republish(story, by=editor, note="It was right."))
    assert address_of_port in client.get(address).content.decode()
