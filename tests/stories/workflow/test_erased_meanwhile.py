"""A verb on a work that was erased since its page was opened is refused with a sentence."""

import pytest
from django.utils import timezone

from stories.drafts import revisions
from stories.drafts.citations import cite_article
from stories.models import Work, WorkErasedError
from stories.publishing import review
from stories.publishing.erase import erase_work
from stories.workflow import trash
from stories.workflow.replace_image import replace_image
from stories.workflow.shared_previews.verbs import DEFAULT_LIFETIME, create_link, revoke_link
from tests.factories import make_article, make_image, make_story

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(administrator):
    """Return a draft with a revision and a link to it, which was erased after they were loaded."""
    story = make_story()
    story.first = revisions.record_revision(story, by=administrator)
    story.link = share(story, administrator).link
    erase_work(Work.objects.get(pk=story.pk), by=administrator, reason="Ordered by the court of Port Lisle.")
    return story


def share(story, by):
    return create_link(story, by=by, label="For the archive", ends_at=timezone.now() + DEFAULT_LIFETIME)


VERBS = {
    "send": lambda story, by: review.send_for_review(story, by=by, to=None, revision_number=1),
    "approve": lambda story, by: review.approve(story, by=by, revision_number=1),
    "bin": lambda story, by: trash.move_to_trash(story, by=by),
    "take out of the bin": lambda story, by: trash.restore_from_trash(story, by=by),
    "share": share,
    "save": lambda story, by: revisions.record_revision(story, by=by),
    "restore": lambda story, by: revisions.restore_revision(story, story.first, by=by),
    "cite": lambda story, by: cite_article(story, make_article()),
}


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_says_that_the_work_was_erased(verb, story, administrator):
    with pytest.raises(WorkErasedError, match=r"This page has been erased\."):
        VERBS[verb](story, administrator)


def test_its_picture_cannot_be_replaced(story, administrator):
    (result,) = replace_image(make_image(), make_image(), [story], by=administrator)
    assert result.refusal == "This page has been erased."


def test_revoking_a_link_that_went_with_the_work_does_nothing(story, administrator):
    revoke_link(story.link, by=administrator)
