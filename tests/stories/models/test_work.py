"""The model Work: validation of slugs, and finding works by slug."""

import pytest
from django.core.exceptions import ValidationError

from stories import publishing
from stories.drafts import revisions
from stories.models import Story, Work
from tests.factories import make_published_story, make_story, make_update, make_user

pytestmark = [pytest.mark.database, pytest.mark.django_db]


def get_slug_error(story):
    with pytest.raises(ValidationError) as refusal:
        story.clean()
    (error,) = refusal.value.error_dict["slug"]
    return error.code, error.message


def test_the_slug_of_another_work_is_refused():
    make_published_story(slug="harbour-vote")
    error = get_slug_error(Story(slug="harbour-vote", kind="story"))
    assert error == ("taken", "This address is already in use. Choose another one.")


def test_a_former_slug_of_another_page_is_refused():
    moved = make_published_story(slug="harbour-vote")
    moved.slug = "the-vote"
    moved.save()
    revisions.record_revision(moved, by=None)
    publishing.publish(moved, by=make_user(), change=make_update("Moved."))
    other = make_story(slug="other")
    other.slug = "harbour-vote"
    assert get_slug_error(other) == ("taken", "This address belongs to an earlier page. Choose another one.")


def test_a_work_is_found_by_its_public_slug_after_the_draft_has_another():
    story = make_published_story(slug="harbour-vote")
    story.slug = "the-vote"
    story.save()
    assert Work.objects.with_slug("harbour-vote").get().pk == story.pk
    successor = make_story(slug="harbour-vote-2")
    Work.objects.filter(pk=successor.pk).update(slug="harbour-vote")
    assert [work.pk for work in Work.objects.with_slug("harbour-vote")] == [successor.pk, story.pk]
