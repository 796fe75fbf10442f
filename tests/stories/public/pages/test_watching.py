"""What the kept pages of lists hang on: whatever changes what they show ends them, and so does time."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from newsroom.http.clock import FOREVER, start_of_next_day, start_of_next_year
from newsroom.page_cache.dependencies import FRONT, NAMES, QUESTIONS, SITE, STORIES, list_key, page_key
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
    """Publish a story with a picture about a topic that has one too, and a question about the same."""
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


def kept(client, address):
    """Return the stored page; the first build of all may find keys without a version."""
    for _ in range(2):
        assert client.get(address).status_code == 200, address
    return StoredPage.objects.get(address=address)


def holds(client, address, change):
    page = kept(client, address)
    change()
    return all(PageKey.objects.versions([name]) == {name: version} for name, version in page.keys.items())


def lists_of(story):
    topic = story.work_topics.get().topic
    outlet = story.passages.get(position=0).outlets.get()
    about, citing = (
        {page_key("topic", topic.uid), list_key("topic", topic.uid)},
        {page_key("outlet", outlet.uid), list_key("outlet", outlet.uid)},
    )
    shown = page_key("picture", topic.picture.uid)
    month = clock.now().strftime("%Y/%m")
    return {
        "/": {STORIES, QUESTIONS, FRONT, page_key("picture", story.lead_image.uid)},
        "/stories/": {STORIES},
        f"/stories/archive/{month}/": {STORIES},
        "/questions/": {QUESTIONS},
        "/corrections/": {STORIES, QUESTIONS},
        "/corrections/feed.atom": {STORIES, QUESTIONS},
        "/topics/": {STORIES, QUESTIONS},
        "/topics/port/": {*about, shown},
        "/topics/port/feed.atom": {*about, shown},
        "/sources/": {STORIES, QUESTIONS},
        "/sources/paper/": citing,
        "/sources/paper/feed.atom": citing,
        "/feeds/stories.atom": {STORIES},
        "/feeds/stories.rss": {STORIES},
        "/feeds/stories.json": {STORIES},
    }


def test_each_list_is_kept_with_what_it_shows(client, story):
    lists = lists_of(story)
    assert {address: set(kept(client, address).keys) for address in lists} == {
        address: {SITE, NAMES, *names} for address, names in lists.items()
    }


def test_a_list_from_a_place_on_is_not_kept(client, story):
    client.get("/stories/?before=20261113T120000.000000Z-" + "0" * 32)
    assert not StoredPage.objects.exists()


def test_a_story_that_waits_ends_every_list_when_its_time_comes(client, story):
    at = clock.now() + timedelta(minutes=5)
    publishing.schedule(make_story(), at=at, by=make_user())
    for address in lists_of(story):
        assert kept(client, address).valid_until <= at, address


def test_a_list_lasts_until_the_year_is_said_and_the_front_page_until_the_day_is_another(client, story):
    now = clock.now()
    assert kept(client, "/stories/").valid_until == start_of_next_year(now)
    assert kept(client, "/").valid_until == start_of_next_day(now) < FOREVER


def test_publishing_ends_the_lists_that_it_enters_and_no_others(client, story):
    for address in ("/", "/stories/", "/topics/", "/sources/", "/feeds/stories.json"):
        assert not holds(client, address, make_published_story), address
    for address in ("/topics/port/", "/sources/paper/", "/questions/", "/topics/port/feed.atom"):
        assert holds(client, address, make_published_story), address
    topic = story.work_topics.get().topic
    assert not holds(client, "/topics/port/", lambda: make_published_story(topics=(topic,)))


def test_another_name_ends_every_list_that_prints_names(client, story):
    def rename():
        topic = story.work_topics.get().topic
        topic.name = f"{topic.name} again"
        topic.save()

    for address in lists_of(story):
        assert not holds(client, address, rename), address


def test_to_rename_a_topic_of_many_stories_asks_no_more_than_to_rename_one_of_few():
    topic = make_topic(name="North pier")
    make_published_story(topics=(topic,))

    def asked(name):
        topic.name = name
        with CaptureQueriesContext(connection) as queries:
            topic.save()
        return len(queries)

    # Once each beforehand: words that are met for the first time are written down.
    of_few = [asked(name) for name in ("South pier", "North pier", "South pier", "North pier")]
    for _ in range(6):
        make_published_story(topics=(topic,))
    assert [asked(name) for name in ("South pier", "North pier")] == of_few[2:]


def test_what_happens_to_a_picture_ends_the_pages_that_show_it(client, story):
    def caption():
        picture = story.lead_image
        picture.title = f"{picture.title} again"
        picture.save()

    assert not holds(client, "/", caption)
    assert holds(client, "/stories/", caption)


def test_another_story_that_asks_the_same_ends_the_page_of_the_question_and_not_the_story_that_asked_before(client):
    question = make_published_question()
    asking = make_published_story(slug="pier", questions=(question,))
    page = f"/questions/{question.slug}/"
    assert not holds(client, page, lambda: make_published_story(slug="quay", questions=(question,)))
    assert "/stories/quay/" in client.get(page).content.decode()
    assert holds(client, f"/stories/{asking.slug}/", lambda: make_published_story(questions=(question,)))


@pytest.mark.parametrize("address", ["/stories/pier/", "/stories/pier.md"])
def test_a_text_leads_to_a_topic_that_was_joined_to_another_as_long_as_that_has_a_page(
    client, curator, editor, address
):
    harbour, port = make_topic(), make_topic()
    make_published_story(slug="pier", standfirst=f"The [harbour](topic:{harbour.uid}) is shut.")
    named = make_published_story(topics=(port,))
    merge_topics(harbour, port, by=curator)
    place = port.get_absolute_url()
    assert place in client.get(address).content.decode()
    assert not holds(client, address, lambda: publishing.withdraw(named, by=editor, notice="It was wrong."))
    assert place not in client.get(address).content.decode()
    assert not holds(client, address, lambda: publishing.republish(named, by=editor, note="It was right."))
    assert place in client.get(address).content.decode()
