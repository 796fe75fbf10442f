"""The picture that goes along when a page is shared: there while the page is, at an address that names what it shows."""

from io import BytesIO

import pytest
from PIL import Image

from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.public.pages.copies.share_image import ShareImage
from stories.public.views import copies
from tests.factories import (
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
    update,
)

pytestmark = pytest.mark.django_db


def address_of(thing):
    return ShareImage.load(thing.uid, at=clock.now()).url


@pytest.fixture
def drawn(monkeypatch):
    """Return the cards that are drawn from now on."""
    cards = []

    def draw(card):
        cards.append(card)
        return copies.draw_card(card)

    copies._draw_cached.cache_clear()
    monkeypatch.setattr(copies, "_draw_cached", draw)
    return cards


def test_stories_questions_and_topics_have_one_each(client):
    topic = make_topic(description="A pier with *nine* pillars.")
    for thing in (make_published_story(topics=(topic,)), make_published_question(), topic):
        response = client.get(address_of(thing))
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")
        assert Image.open(BytesIO(response.content)).size == (1200, 630)
        assert len(response.content) < 100_000


def test_it_shows_headline_topic_and_outlets_in_the_language_of_the_story():
    story = make_published_story(language="de", topics=(make_topic(name="Nordpier"),))
    card = ShareImage.load(story.uid, at=clock.now()).card
    assert (card.headline, card.label, card.outlets) == (story.headline, "Nordpier", 2)
    assert not card.is_rtl
    assert ShareImage.load(make_published_story(language="ar").uid, at=clock.now()).card.is_rtl


def test_another_headline_is_another_address_and_the_old_one_leads_there(client):
    story = make_published_story()
    old = address_of(story)
    story.headline = "Why the north pier is open again"
    story.save()
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("Open again."))
    new = address_of(story)
    assert new != old
    moved = client.get(old)
    assert (moved.status_code, moved["Location"]) == (301, new)


def test_an_edition_that_shows_the_same_keeps_the_address():
    story = make_published_story()
    old = address_of(story)
    story.sections.filter(kind="background").update(text="The limit was ten tonnes.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("The limit."))
    assert address_of(story) == old


def test_what_readers_cannot_read_has_no_picture(client):
    story, topic = make_published_story(), make_topic()
    address = address_of(story)
    publishing.withdraw(story, by=make_user(), notice="Its source took the numbers back.")
    hidden = [address, *(f"/share/{each.uid}/0123456789abcdef.png" for each in (make_story(), make_question(), topic))]
    assert [client.get(each).status_code for each in hidden] == [404] * 4


def test_who_has_it_is_answered_without_drawing_it(client, drawn):
    address = address_of(make_published_story())
    digest = address.rpartition("/")[2].removesuffix(".png")
    answer = client.get(address, headers={"If-None-Match": f'"{digest}"'})
    assert (answer.status_code, answer["ETag"]) == (304, f'"{digest}"')
    assert drawn == []
    assert client.get(address)["ETag"] == f'"{digest}"'
    assert len(drawn) == 1


def test_it_is_not_packed_a_second_time(client):
    response = client.get(address_of(make_published_story()), headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response.headers


def test_only_a_story_counts_its_outlets():
    question = make_published_question(topics=(make_topic(name="North pier"),))
    card = ShareImage.load(question.uid, at=clock.now()).card
    assert (card.label, card.note, card.outlets) == ("Common question", "North pier", 0)
