"""Portraits in *Key people*: for at least half of the people, with their credit, and never a placeholder."""

import pytest

from stories import publishing
from stories.drafts import revisions
from tests.factories import make_image, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db
ADDRESS = "/stories/pier/"


@pytest.fixture
def topics():
    """Return the topics of two people, one of them with a picture."""
    picture = make_image(title="The judge", credit="Drawing: Ida Sund")
    return make_topic(kind="person", picture=picture), make_topic(kind="person")


def publish(topics, *others):
    """Publish a story whose key people are the topics and, without topics, the ``others``."""
    lines = [f"- [{topic.name}](topic:{topic.uid}), judge — Leads the inquiry." for topic in topics]
    lines += [f"- **{name}**, mayor — Counts the homes." for name in others]
    story = make_story(slug="pier", topics=topics)
    story.sections.create(kind="people", heading="Key people", text="\n".join(lines), position=40)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user())
    return story


def read(client, address=ADDRESS):
    return client.get(address).content.decode()


def test_half_of_the_people_are_enough_for_portraits(client, topics):
    publish(topics)
    text = read(client)
    assert text.count("<figure>") == 1
    portrait = text[text.index("<figure>") :].partition("</figure>")[0]
    assert 'width="64" height="64" alt=""' in portrait
    assert "<figcaption>Drawing: Ida Sund</figcaption>" in portrait
    address = portrait.partition('src="')[2].partition('"')[0]
    assert client.get(address).status_code == 200


def test_for_less_than_half_of_the_people_there_are_none(client, topics):
    publish(topics, "Maud Terrell")
    assert "<figure>" not in read(client)


def test_a_new_picture_and_a_new_credit_are_shown_at_once(client, topics):
    publish(topics)
    for _ in range(2):
        read(client)
    judge, other = topics
    judge.picture.credit = "Drawing: Tom Arden"
    judge.picture.save()
    assert "Drawing: Tom Arden" in read(client)
    other.picture = make_image()
    other.save()
    assert read(client).count("<figure>") == 2
    judge.picture = other.picture = None
    judge.save()
    other.save()
    assert "<figure>" not in read(client)


def test_an_old_edition_is_shown_as_published(client, topics):
    publish(topics)
    assert "<figure>" not in read(client, f"{ADDRESS}history/1/")
