"""How works may stand is kept beside them, in the transaction of each verb that changes it."""

from datetime import timedelta

import pytest

from stories import publishing
from stories.drafts import revisions, status_index
from stories.drafts.publication_status import annotate_publication_status, get_publication_status
from stories.models import PossibleStanding, Story
from tests.clocks import MONDAY
from tests.factories import make_published_story, make_story, update

pytestmark = pytest.mark.django_db


def kept(work):
    return sorted(PossibleStanding.objects.filter(work=work.pk).values_list("standing", flat=True))


def test_a_story_is_a_draft_until_it_is_published_and_ahead_once_it_is_saved(editor):
    story = make_story()
    assert kept(story) == ["draft"]
    publishing.publish(story, by=editor)
    assert kept(story) == ["live"]
    Story.objects.filter(pk=story.pk).update(standfirst="More is known now.")
    revisions.record_revision(story, by=editor)
    assert "changed" in kept(story)
    publishing.publish(story, by=editor, change=update())
    assert kept(story) == ["live"]


def test_what_waits_may_be_a_draft_still_or_live_already(editor, set_time):
    story = make_story()
    edition = publishing.schedule(story, by=editor, at=MONDAY + timedelta(days=2))
    assert kept(story) == ["draft", "live", "waiting"]
    publishing.cancel_schedule(edition, by=editor)
    assert kept(story) == ["draft"]


def test_what_was_withdrawn_is_kept_so(editor):
    story = make_published_story(by=editor)
    publishing.withdraw(story, by=editor, notice="It was wrong.")
    assert kept(story) == ["withdrawn"]


def test_what_was_never_kept_is_kept_after_the_next_migration(editor):
    stories = [make_published_story(by=editor), make_story()]
    PossibleStanding.objects.all().delete()
    status_index.add_missing_statuses()
    assert [kept(story) for story in stories] == [["live"], ["draft"]]


def test_a_work_stands_in_one_of_the_ways_that_are_kept(editor, set_time):
    publishing.schedule(make_story(), by=editor, at=MONDAY + timedelta(days=1))
    make_published_story(by=editor)
    for days in (0, 3):
        set_time.go(to=MONDAY + timedelta(days=days))
        for story in annotate_publication_status(Story.objects.all(), at=MONDAY + timedelta(days=days)):
            assert get_publication_status(story) in kept(story)
