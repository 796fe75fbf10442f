"""Several people decide on the same text at the same moment."""

import pytest

from newsroom.audit.models import Event
from stories.models import Revision, State, Work
from stories.publishing import review
from tests.factories import make_story, make_user
from tests.races.processes import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


@pytest.fixture(autouse=True)
def _roles(transactional_db):
    from newsroom.accounts import roles

    roles.set_up_roles()


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


def in_review():
    writer = make_user(role="Writer")
    story = make_story(owner=writer)
    review.send_for_review(story, by=writer)
    return story, writer


def test_of_many_who_send_it_to_review_at_once_one_does(tmp_path):
    story, writer = make_story(), make_user(role="Writer")
    answers = at_once(act, [("submit", story.pk, writer.pk)] * MANY, place=tmp_path)
    assert sorted(answers) == [("raised", "OvertakenError")] * (MANY - 1) + [("returned", "submit")]
    assert Event.objects.about(story.uid).count() == 1


def test_of_many_who_decide_at_once_one_does_and_the_others_are_told(tmp_path):
    story, _ = in_review()
    people = [make_user() for _ in range(MANY)]
    verbs = ["approve", "return"] * (MANY // 2)
    answers = at_once(
        act, [(verb, story.pk, person.pk) for verb, person in zip(verbs, people, strict=True)], place=tmp_path
    )
    (done,) = [verb for kind, verb in answers if kind == "returned"]
    assert [name for kind, name in answers if kind == "raised"] == ["OvertakenError"] * (MANY - 1)
    assert Event.objects.about(story.uid).count() == 2
    assert Work.objects.get(pk=story.pk).state == {"approve": State.APPROVED, "return": State.RETURNED}[str(done)]


def test_taking_back_and_approving_at_once_leave_one_state(tmp_path):
    story, writer = in_review()
    editor = make_user()
    answers = at_once(act, [("take back", story.pk, writer.pk), ("approve", story.pk, editor.pk)], place=tmp_path)
    (done,) = [verb for kind, verb in answers if kind == "returned"]
    assert Work.objects.get(pk=story.pk).state == {"approve": State.APPROVED, "take back": State.DRAFT}[str(done)]
    assert [kind for kind, _ in answers].count("raised") == 1


def test_nobody_approves_what_was_saved_while_they_pressed_the_button(tmp_path):
    story, writer = in_review()
    editor = make_user()
    answers = at_once(
        act, [("save", story.pk, writer.pk, "Another headline"), ("approve", story.pk, editor.pk)], place=tmp_path
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
