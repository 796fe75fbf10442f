"""The content of the front page and its order."""

import re
from datetime import timedelta

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.editions.front_page import FRONT_PAGE_PLACES
from stories.models import FrontPlace
from stories.public.pages.lists.front import FrontPage
from stories.publishing import front_page
from stories.publishing.front_page import FrontPagePlace
from tests.factories import make_published_story, make_story, make_topic, make_update

pytestmark = pytest.mark.django_db


def get_address(story) -> str:
    return f"/stories/{story.slug}/"


def list_top_stories(client) -> list[str]:
    """Return the addresses of the stories at the top of the page, lead story first."""
    page = client.get("/").content.decode().partition("<footer")[0]
    page = page.partition('class="topic-groups"')[0].partition('class="pair"')[0]
    return list(dict.fromkeys(re.findall(r'<a href="(/stories/[^"#]+/)"', page)))


def place_stories(*stories, by, **times):
    front_page.arrange_front_page(
        [FrontPagePlace(story.uid, **times) for story in stories],
        by=by,
        seen_digest=front_page.get_arrangement_digest(),
    )


def test_without_placed_stories_the_newest_story_leads(client):
    older, newer = make_published_story(), make_published_story()
    assert list_top_stories(client) == [get_address(newer), get_address(older)]


def test_placed_stories_come_first_and_the_others_follow_by_date(client, editor):
    one, two, three, four = (make_published_story(by=editor) for _ in range(4))
    place_stories(two, one, by=editor)
    assert list_top_stories(client) == [get_address(story) for story in (two, one, four, three)]


def test_a_placed_story_appears_once(client, editor):
    story = make_published_story(by=editor)
    place_stories(story, by=editor)
    assertContains(client.get("/"), f'<a href="{get_address(story)}"', count=1)


def test_a_withdrawn_story_loses_its_place(client, editor):
    one, two, three = (make_published_story(by=editor) for _ in range(3))
    place_stories(two, one, by=editor)
    publishing.withdraw(two, by=editor, notice="It did not hold.")
    assert list_top_stories(client) == [get_address(one), get_address(three)]


def test_a_place_expires(editor, set_time):
    one = make_published_story(by=editor)
    set_time.go(hours=1)
    two = make_published_story(by=editor)
    place_stories(one, by=editor, until=set_time() + timedelta(hours=1))
    pages = [FrontPage.load(at=set_time() + timedelta(minutes=minutes)) for minutes in (59, 60)]
    assert [page.lead.edition.uid for page in pages if page.lead] == [one.uid, two.uid]


def test_a_place_does_not_disclose_a_story_before_publication(client, editor, set_time):
    """The verbs prevent such a place. A row that was created in another way discloses nothing either."""
    draft, later = make_story(), make_story()
    publishing.schedule(later, by=editor, at=set_time() + timedelta(hours=1))
    FrontPlace.objects.create(uid=draft.uid, position=1)
    FrontPlace.objects.create(uid=later.uid, position=2)
    page = client.get("/")
    assertContains(page, 'class="empty"')
    assert page.context["page"].lead is None
    for story in (draft, later):
        assertNotContains(page, story.slug)
        assertNotContains(page, str(story.uid))


def test_a_frequent_topic_has_a_shelf_with_stories_not_shown_elsewhere(client, editor):
    topic, other = make_topic(name="Port Lisle"), make_topic(name="Once only")
    deep = [make_published_story(by=editor, topics=(topic,)) for _ in range(2)]
    make_published_story(by=editor, topics=(other,))
    for _ in range(FRONT_PAGE_PLACES):
        make_published_story(by=editor, topics=(topic,))
    page = client.get("/").content.decode()
    shelves = page.partition('class="topic-groups"')[2].partition('class="action"')[0]
    assert re.findall(r'<h2[^>]*><a href="([^"]+)"', shelves) == [topic.get_absolute_url()]
    assert re.findall(r'<h3><a href="([^"]+)"', shelves) == [get_address(story) for story in reversed(deep)]


def test_a_merged_topic_counts_as_the_remaining_one(editor):
    topic = make_topic(name="Port Lisle")
    merged = make_topic(name="Lisle", merged_into=topic)
    for named in (merged, topic):
        make_published_story(by=editor, topics=(named,))
    for _ in range(FRONT_PAGE_PLACES):
        make_published_story(by=editor)
    shelves = FrontPage.load(at=clock.now()).shelves
    assert [(shelf.topic, len(shelf.cards)) for shelf in shelves] == [(topic, 2)]


def test_a_front_page_with_few_stories_has_no_shelves(client):
    topic = make_topic()
    for _ in range(2):
        make_published_story(topics=(topic,))
    assertNotContains(client.get("/"), 'class="topic-groups"')


def test_an_updated_story_comes_first_after_the_placed_ones(client, editor):
    one, two, three = (make_published_story(by=editor) for _ in range(3))
    place_stories(three, by=editor)
    one.sections.filter(kind="background").update(text="Another survey asked for the same limit as the first one did.")
    revisions.record_revision(one, by=editor)
    publishing.publish(one, by=editor, change=make_update())
    assert list_top_stories(client) == [get_address(story) for story in (three, one, two)]


def test_a_placed_story_leads_only_the_front_page_of_its_language(client, editor, settings):
    settings.SITE_LANGUAGES = ["en-gb", "de"]
    german, english = make_published_story(by=editor, language="de"), make_published_story(by=editor)
    place_stories(german, by=editor)
    assert list_top_stories(client) == [get_address(english)]
    assertContains(client.get("/de/"), get_address(german))
