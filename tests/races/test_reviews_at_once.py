"""Several people review the same text at the same moment."""

import pytest

from newsroom.audit.models import Event
from stories.models import Revision, State, Work
from stories.publishing import review
from tests.factories import make_story, make_user
from tests.races.processes import run_concurrently

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES = 4


def act(verb, story_pk, user_pk, headline=""):
    from newsroom.accounts.models import User
    from stories.drafts import revisions
    from stories.models import Story

    story, user = Story.objects.get(pk=story_pk), User.objects.get(pk=user_pk)
    match verb:
        case "submit":
            review.send_for_review(story, by=user, revision_number=1)
        case "approve":
            review.approve(story, by=user, revision_number=1)
        case "return":
            review.return_to_writer(story, by=user, reason="Who counted?", revision_number=1)
        case "take back":
            review.end_review(story, by=user)
        case "save":
            Story.objects.filter(pk=story_pk).update(headline=headline)
            revisions.record_revision(story, by=user)
    return verb


def make_story_in_review():
    writer = make_user(role="Writer")
    story = make_story(owner=writer)
    review.send_for_review(story, by=writer)
    return story, writer


def test_only_one_of_several_simultaneous_review_requests_succeeds(tmp_path):
    story, writer = make_story(), make_user(role="Writer")
    answers = run_concurrently(act, [("submit", story.pk, writer.pk)] * PROCESSES, media_root=tmp_path)
    assert sorted(answers) == [("raised", "OvertakenError")] * (PROCESSES - 1) + [("returned", "submit")]
    assert Event.objects.about(story.uid).count() == 1


def test_only_one_of_several_simultaneous_review_decisions_succeeds(tmp_path):
    story, _ = make_story_in_review()
    people = [make_user() for _ in range(PROCESSES)]
    verbs = ["approve", "return"] * (PROCESSES // 2)
    answers = run_concurrently(
        act, [(verb, story.pk, person.pk) for verb, person in zip(verbs, people, strict=True)], media_root=tmp_path
    )
    (done,) = [verb for kind, verb in answers if kind == "returned"]
    assert [name for kind, name in answers if kind == "raised"] == ["OvertakenError"] * (PROCESSES - 1)
    assert Event.objects.about(story.uid).count() == 2
    assert Work.objects.get(pk=story.pk).state == {"approve": State.APPROVED, "return": State.RETURNED}[str(done)]


def test_simultaneous_cancellation_and_approval_leave_one_state(tmp_path):
    story, writer = make_story_in_review()
    editor = make_user()
    answers = run_concurrently(
        act, [("take back", story.pk, writer.pk), ("approve", story.pk, editor.pk)], media_root=tmp_path
    )
    (done,) = [verb for kind, verb in answers if kind == "returned"]
    assert Work.objects.get(pk=story.pk).state == {"approve": State.APPROVED, "take back": State.DRAFT}[str(done)]
    assert [kind for kind, _ in answers].count("raised") == 1


def test_a_revision_saved_during_the_approval_is_not_approved(tmp_path):
    story, writer = make_story_in_review()
    editor = make_user()
    answers = run_concurrently(
        act, [("save", story.pk, writer.pk, "Another headline"), ("approve", story.pk, editor.pk)], media_root=tmp_path
    )
    work = Work.objects.get(pk=story.pk)
    newest = Revision.objects.filter(work=story).latest("number")
    assert ("returned", "save") in answers
    if ("returned", "approve") in answers:
        assert work.reviewed_revision is not None
        assert work.reviewed_revision.number == 1
        assert not review.is_approved(work, newest)
    else:
        assert ("raised", "OvertakenError") in answers
        assert work.state == State.IN_REVIEW
