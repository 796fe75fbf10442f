"""What is true of one work alone."""

import pytest
from django.core.exceptions import ValidationError

from stories import publishing
from stories.drafts import revisions
from stories.models import Story, Work
from tests.factories import make_published_story, make_story, make_user, update

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def reason_against(story):
    with pytest.raises(ValidationError) as refusal:
        story.clean()
    return refusal.value.message_dict["slug"]


def test_an_address_that_another_page_has_now_is_refused_as_such():
    make_published_story(slug="harbour-vote")
    assert reason_against(Story(slug="harbour-vote", kind="story")) == ["Another page of this kind has this address."]


def test_an_address_that_another_page_had_once_stays_with_it():
    moved = make_published_story(slug="harbour-vote")
    moved.slug = "the-vote"
    moved.save()
    revisions.record_revision(moved, by=None)
    publishing.publish(moved, by=make_user(), change=update("Moved."))
    other = make_story(slug="other")
    other.slug = "harbour-vote"
    assert reason_against(other) == ["This address led to another page once; it stays with it."]


def test_a_work_is_found_by_the_address_that_readers_know_while_the_desk_has_another():
    story = make_published_story(slug="harbour-vote")
    story.slug = "the-vote"
    story.save()
    assert Work.objects.with_slug("harbour-vote").get().pk == story.pk
    successor = make_story(slug="harbour-vote-2")
    Work.objects.filter(pk=successor.pk).update(slug="harbour-vote")
    assert [work.pk for work in Work.objects.with_slug("harbour-vote")] == [successor.pk, story.pk]
