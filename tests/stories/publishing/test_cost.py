"""The cost of publishing: a limited number of statements, whatever the number and the length of the stories."""

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

# Including savepoints. On PostgreSQL, the rows of several tables are written by one statement.
MAX_STATEMENTS, MAX_STATEMENTS_OF_UPDATES = (46, 50) if connection.vendor == "postgresql" else (52, 66)


@pytest.fixture(autouse=True)
def _create_corpus_entities(editor):
    """Create all topics and outlets that the documents name."""
    for _ in publish_corpus(0, by=editor):
        pass


def build_story(number):
    return documents.build_story(number).changed(questions=())


def create_drafts(*documents, by):
    created = drafts.create_works(documents, owner=by, by=by)
    revisions.record_revisions(created.works, by=by)
    return created.works


def build_long_story(number):
    """Return the document of a story with twelve sections and twelve topics."""
    document = build_story(number)
    sections = [
        Section(uid=uuid.uuid4(), kind="free", heading=f"More {n}", text=f"Part {n} is told.") for n in range(5)
    ]
    topics = [NamedTopic(uid=uuid.uuid4(), topic=each.uid, name=each.name) for each in documents.build_topics()[20:32]]
    return document.changed(sections=[*document.sections, *sections], topics=topics)


def count_statements(works, *, by):
    with CaptureQueriesContext(connection) as queries:
        publishing.publish_many(works, by=by)
    return len(queries)


def test_the_number_of_statements_does_not_depend_on_the_length_of_a_story(editor):
    first, short, long = create_drafts(build_story(0), build_story(1), build_long_story(2), by=editor)
    publishing.publish(first, by=editor)
    assert count_statements([short], by=editor) <= MAX_STATEMENTS
    assert count_statements([long], by=editor) <= MAX_STATEMENTS
    assert EditionTopic.objects.filter(edition__work=long.pk).count() == 12


def test_publishing_thirty_stories_takes_no_more_statements_than_three(editor):
    works = create_drafts(*map(build_story, range(34)), by=editor)
    publishing.publish(works.pop(), by=editor)
    few, many = count_statements(works[:3], by=editor), count_statements(works[3:], by=editor)
    assert Edition.objects.live(clock.now()).count() == 34
    assert few <= MAX_STATEMENTS
    assert many <= few


def test_publishing_many_updates_takes_no_more_statements_than_two(editor):
    works = create_drafts(*map(build_story, range(12)), by=editor)
    publishing.publish_many(works, by=editor)
    for work in works:
        work.story.standfirst = "It went on."
        work.story.save()

    def publish_updates(subset):
        return count_statements(
            [PublishRequest(work, ChangeNote(Change.UPDATE, "More is known.")) for work in subset], by=editor
        )

    few, many = publish_updates(works[:2]), publish_updates(works[2:])
    assert Edition.objects.live(clock.now()).filter(number=2).count() == 12
    assert few <= MAX_STATEMENTS_OF_UPDATES
    assert many <= few
