"""What a publication costs: a bounded number of statements, however long the story, and few more for many at once."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsroom.http import clock
from stories import drafts, publishing
from stories.demo.corpus import documents, publish_corpus
from stories.documents import NamedTopic, Section
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Edition, EditionTopic
from stories.publishing import PublishRequest

pytestmark = [pytest.mark.database, pytest.mark.django_db]

MOST = 70  # statements, savepoints among them


@pytest.fixture(autouse=True)
def names_of_the_corpus(editor):
    """Let all topics and outlets be known that the documents name."""
    for _ in publish_corpus(0, by=editor):
        pass


def story(number):
    return documents.build_story(number).changed(questions=())


def drafts_of(*documents, by):
    begun = drafts.create_works(documents, owner=by, by=by)
    revisions.record_revisions(begun.works, by=by)
    return begun.works


def long_story(number):
    """Return a story with twelve sections and twelve topics."""
    document = story(number)
    more = [Section(uid=uuid.uuid4(), kind="free", heading=f"More {n}", text=f"Part {n} is told.") for n in range(5)]
    topics = [NamedTopic(uid=uuid.uuid4(), topic=each.uid, name=each.name) for each in documents.build_topics()[20:32]]
    return document.changed(sections=[*document.sections, *more], topics=topics)


def cost(works, *, by):
    with CaptureQueriesContext(connection) as queries:
        publishing.publish_many(works, by=by)
    return len(queries)


def test_publishing_takes_as_many_statements_for_a_long_story_as_for_a_short_one(editor):
    first, short, long = drafts_of(story(0), story(1), long_story(2), by=editor)
    publishing.publish(first, by=editor)
    assert cost([short], by=editor) <= MOST
    assert cost([long], by=editor) <= MOST
    assert EditionTopic.objects.filter(edition__work=long.pk).count() == 12


def test_publishing_thirty_takes_few_statements_more_than_three(editor):
    works = drafts_of(*map(story, range(34)), by=editor)
    publishing.publish(works.pop(), by=editor)
    few, many = cost(works[:3], by=editor), cost(works[3:], by=editor)
    assert Edition.objects.live(clock.now()).count() == 34
    assert few <= MOST
    assert many <= few


def test_publishing_again_takes_few_statements_more_for_many(editor):
    works = drafts_of(*map(story, range(12)), by=editor)
    publishing.publish_many(works, by=editor)
    for work in works:
        work.story.standfirst = "It went on."
        work.story.save()

    def again(some):
        return cost([PublishRequest(work, ChangeNote(Change.UPDATE, "More is known.")) for work in some], by=editor)

    few, many = again(works[:2]), again(works[2:])
    assert Edition.objects.live(clock.now()).filter(number=2).count() == 12
    assert few <= MOST + 18
    assert many <= few + 4
