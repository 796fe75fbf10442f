"""What is true of one work alone."""

import pytest
from django.core.exceptions import ValidationError

from stories import publishing, revisions
from stories.models import Story
from tests.factories import make_published_story, make_story, make_user

pytestmark = pytest.mark.django_db


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
    revisions.record(moved, by=None)
    publishing.publish(moved, by=make_user(), note="Moved.")
    other = make_story(slug="other")
    other.slug = "harbour-vote"
    assert reason_against(other) == ["This address led to another page once; it stays with it."]
