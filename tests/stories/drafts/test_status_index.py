"""The index of possible publication statuses, and how verbs and saves update it."""

from datetime import timedelta

import pytest

from stories import publishing
from stories.drafts import revisions, status_index
from stories.drafts.publication_status import annotate_publication_status, get_publication_status
from stories.models import PossibleStanding, Story
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, make_update

pytestmark = pytest.mark.django_db


def indexed_statuses(work):
    return sorted(PossibleStanding.objects.filter(work=work.pk).values_list("standing", flat=True))


def test_publishing_and_saving_change_the_indexed_status(editor):
    story = make_story()
    assert indexed_statuses(story) == ["draft"]
    publishing.publish(story, by=editor)
    assert indexed_statuses(story) == ["live"]
    Story.objects.filter(pk=story.pk).update(standfirst="More is known now.")
    revisions.record_revision(story, by=editor)
    assert "changed" in indexed_statuses(story)
    publishing.publish(story, by=editor, change=make_update())
    assert indexed_statuses(story) == ["live"]


def test_a_scheduled_work_is_indexed_as_draft_live_and_scheduled(editor, set_time):
    story = make_story()
    edition = publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=2))
    assert indexed_statuses(story) == ["draft", "live", "waiting"]
    publishing.cancel_schedule(edition, by=editor)
    assert indexed_statuses(story) == ["draft"]


def test_a_withdrawn_work_is_indexed_as_withdrawn(editor):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    assert indexed_statuses(story) == ["withdrawn"]


def test_missing_statuses_are_added(editor):
    stories = [make_published_story(by=editor), make_story()]
    PossibleStanding.objects.all().delete()
    status_index.add_missing_statuses()
    assert [indexed_statuses(story) for story in stories] == [["live"], ["draft"]]


def test_the_status_of_a_work_is_always_one_of_the_indexed_ones(editor, set_time):
    publishing.schedule(make_story(), by=editor, at=MONDAY + timedelta(days=1))
    make_published_story(by=editor)
    for days in (0, 3):
        set_time.go(to=MONDAY + timedelta(days=days))
        for story in annotate_publication_status(Story.objects.all(), at=MONDAY + timedelta(days=days)):
            assert get_publication_status(story) in indexed_statuses(story)
