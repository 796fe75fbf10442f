"""Review: who may send, approve and return a work, and the message if another user acted first."""

from datetime import timedelta

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
from newsroom.http import clock
from stories import publishing
from stories.drafts import revisions
from stories.models import Outlet, State, Story, Work, WorkTopic
from stories.publishing import review
from stories.publishing.errors import InvalidStateError, RefusedError
from stories.workflow import proposed_names, trash
from tests.factories import make_article, make_outlet, make_question, make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(writer) -> Story:
    return make_story(owner=writer)


def reload_work(story) -> Work:
    return Work.objects.get(pk=story.pk)


def reword(story, by, headline="Why the north pier stays closed until spring") -> int:
    story.refresh_from_db()
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=by).number


def rename_outlet(outlet) -> None:
    outlet.name = f"{outlet.name} Weekly"
    outlet.save()


def list_verbs(story) -> list[str]:
    return [event.verb for event in Event.objects.about(story.uid)]


def test_a_draft_goes_from_review_to_approval(story, writer, editor):
    review.send_for_review(story, by=writer, to=editor, note="The tonnes are new.")
    work = reload_work(story)
    assert (work.state, work.assigned_to, work.review_reason) == (State.IN_REVIEW, editor, "The tonnes are new.")
    review.approve(story, by=editor, revision_number=1)
    work = reload_work(story)
    assert (work.state, work.reviewed_by, work.assigned_to) == (State.APPROVED, editor, None)
    assert review.is_approved(work, revisions.get_newest_revision(work))
    assert list_verbs(story) == ["approved", "sent to review"]


def test_a_question_can_be_reviewed_too(writer, editor):
    faq = make_question(owner=writer)
    review.send_for_review(faq, by=writer)
    review.approve(faq, by=editor, revision_number=1)
    assert reload_work(faq).state == State.APPROVED


def test_a_returned_work_is_assigned_to_its_sender_with_the_reason(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.return_to_writer(story, by=editor, reason=" Who weighed the lorries? ", revision_number=1)
    work = reload_work(story)
    assert (work.state, work.review_reason, work.assigned_to) == (State.RETURNED, "Who weighed the lorries?", writer)
    review.send_for_review(story, by=writer)
    assert reload_work(story).state == State.IN_REVIEW


def test_an_approved_work_can_be_returned_with_a_reason(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    review.return_to_writer(
        story, by=editor, reason="The survey was withdrawn.", revision_number=1, seen_state=State.APPROVED
    )
    assert reload_work(story).state == State.RETURNED


def test_returning_a_work_needs_a_reason(story, writer, editor):
    review.send_for_review(story, by=writer)
    with pytest.raises(review.NoReasonError):
        review.return_to_writer(story, by=editor, reason="  ", revision_number=1)


def test_a_review_can_be_cancelled(story, writer):
    review.send_for_review(story, by=writer)
    review.end_review(story, by=writer)
    assert reload_work(story).state == State.DRAFT
    with pytest.raises(review.OvertakenError, match="cancelled the review of revision 1 a moment ago"):
        review.end_review(story, by=writer)


@pytest.mark.parametrize("role", ["Writer", "Curator", ""])
def test_only_editors_approve_and_return(story, writer, role):
    review.send_for_review(story, by=writer)
    user = make_user(role=role)
    with pytest.raises(NotAllowedError):
        review.approve(story, by=user, revision_number=1)
    with pytest.raises(NotAllowedError):
        review.return_to_writer(story, by=user, reason="No.", revision_number=1)
    assert reload_work(story).state == State.IN_REVIEW


def test_only_users_who_may_edit_send_for_review_and_cancel_a_review(story, writer, curator):
    with pytest.raises(NotAllowedError):
        review.send_for_review(story, by=curator)
    review.send_for_review(story, by=writer)
    with pytest.raises(NotAllowedError):
        review.end_review(story, by=curator)


def test_a_writer_of_the_text_may_not_approve_it(editor):
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=1)


def test_a_reviewer_may_not_decide_on_an_own_text_that_nobody_else_has_read(story, writer, editor, settings):
    settings.ALLOW_SELF_APPROVAL = True
    review.send_for_review(story, by=writer)
    reword(story, editor)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=1)
    with pytest.raises(review.OwnWorkError):
        review.return_to_writer(story, by=editor, reason="No.", revision_number=1)


def test_only_a_user_in_the_list_can_be_chosen_as_reviewer(story, writer, editor):
    newest, at = revisions.get_newest_revision(story), clock.now()
    assert review.choose_reviewer(story, str(editor.pk), up_to=newest, at=at, sender=writer) == editor
    assert review.choose_reviewer(story, "", up_to=newest, at=at, sender=writer) is None
    with pytest.raises(review.OwnWorkError):
        review.choose_reviewer(story, str(writer.pk), up_to=newest, at=at, sender=writer)


def test_a_writer_of_the_text_may_approve_it_if_the_settings_allow_it(editor, settings):
    settings.ALLOW_SELF_APPROVAL = True
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor, to=editor)
    review.approve(story, by=editor, revision_number=1)
    assert reload_work(story).state == State.APPROVED


def test_an_earlier_writer_may_not_approve_the_text_that_another_finished(story, writer, editor):
    reword(story, editor)
    reword(story, writer, "Why the north pier stays closed until summer")
    review.send_for_review(story, by=writer)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=3)


def test_writers_of_an_already_published_text_may_approve_later_changes(editor, writer):
    story = make_story(owner=editor)
    publishing.publish(story, by=make_user())
    number = reword(story, writer)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=number)
    assert reload_work(story).state == State.APPROVED


def test_recording_new_names_of_entities_does_not_count_as_writing(writer, editor):
    outlet = make_outlet()
    story = make_story(owner=writer, outlets=(outlet,))
    rename_outlet(outlet)
    assert revisions.record_revision(story, by=editor).number == 2
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert reload_work(story).state == State.APPROVED


def confirm_headline(story, by) -> int:
    Story.objects.filter(pk=story.pk).update(headline_confirmed=True)
    return revisions.record_revision(story, by=by).number


def test_confirming_a_headline_does_not_count_as_writing(writer, editor):
    story = make_story(owner=writer, headline_confirmed=False)
    confirm_headline(story, editor)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert reload_work(story).state == State.APPROVED


def test_an_approval_remains_valid_after_a_confirmation(writer, editor, settings):
    settings.REQUIRE_APPROVAL = True
    story = make_story(owner=writer, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    confirm_headline(story, editor)
    edition = publishing.publish(story, by=editor)
    assert edition.revision.number == 2


def test_an_approval_remains_valid_after_a_confirmation_and_a_new_name(writer, editor, curator, settings):
    settings.REQUIRE_APPROVAL = True
    story = make_story(owner=writer, topics=())
    WorkTopic.objects.create(work=story, proposed_name="Harbours")
    revisions.record_revision(story, by=writer)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    topic = proposed_names.confirm_topic("harbours", by=editor)
    topic.name = "Ports"
    topic.save()
    assert publishing.publish(story, by=editor).document.value().topics[0].name == "Ports"


def test_a_revision_can_be_approved_although_another_user_has_confirmed_the_headline_since(writer, editor):
    story = make_story(owner=writer, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    confirm_headline(story, make_user())
    review.approve(story, by=editor, revision_number=1)
    work = reload_work(story)
    assert work.reviewed_revision.number == 1
    assert review.is_approved(work, revisions.get_newest_revision(story))


def test_a_change_of_text_together_with_a_confirmation_needs_a_new_approval(writer, editor, settings):
    settings.REQUIRE_APPROVAL = True
    story = make_story(owner=writer, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    Story.objects.filter(pk=story.pk).update(headline_confirmed=True)
    number = reword(story, editor)
    with pytest.raises(review.NotApprovedError):
        publishing.publish(story, by=editor)
    review.send_for_review(story, by=writer)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=number)


def test_an_editor_who_corrected_an_article_may_approve_only_if_another_user_sent_the_work(writer, editor):
    article = make_article()
    story = make_story(owner=writer, articles=(article,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    article.title = "What nobody wrote"
    article.save()
    number = revisions.record_revision(story, by=editor).number
    assert not review.is_approved(reload_work(story), revisions.get_newest_revision(story))
    review.send_for_review(story, by=editor)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=number)
    review.end_review(story, by=writer)
    review.send_for_review(story, by=writer, to=editor)
    review.approve(story, by=editor, revision_number=number)
    assert review.is_approved(reload_work(story), revisions.get_newest_revision(story))


def test_a_work_can_be_sent_only_to_a_user_who_may_approve_it(story, writer, editor):
    reword(story, editor)
    for user in (writer, editor, make_user(role="Editor", is_active=False)):
        with pytest.raises(review.OwnWorkError):
            review.send_for_review(story, by=writer, to=user)


def test_editing_after_an_approval_needs_a_new_approval(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    reword(story, writer)
    work = reload_work(story)
    assert not review.is_approved(work, revisions.get_newest_revision(work))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert review.is_approved(reload_work(story), revisions.get_newest_revision(story))


def test_an_approval_remains_valid_after_an_outlet_was_renamed(writer, editor):
    outlet = make_outlet()
    story = make_story(owner=writer, outlets=(outlet,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    old = revisions.get_newest_revision(story)
    rename_outlet(Outlet.objects.get(pk=outlet.pk))
    new = revisions.record_revision(story, by=editor, reason="Names brought up to date")
    work = reload_work(story)
    assert review.is_approved(work, new)
    review.carry_approval(work, old, new)
    assert reload_work(story).reviewed_revision == new


def test_an_approval_is_not_carried_over_to_a_changed_text(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    old = revisions.get_newest_revision(story)
    reword(story, writer)
    work = reload_work(story)
    review.carry_approval(work, old, revisions.get_newest_revision(work))
    assert reload_work(story).reviewed_revision == old


def test_acting_on_an_outdated_revision_is_refused_with_the_name_of_the_user_who_saved(story, writer, editor):
    review.send_for_review(story, by=writer)
    reword(story, writer)
    for verb in (
        lambda: review.approve(story, by=editor, revision_number=1),
        lambda: review.return_to_writer(story, by=editor, reason="No.", revision_number=1),
        lambda: review.send_for_review(story, by=writer, revision_number=1),
    ):
        with pytest.raises(
            review.OvertakenError, match="saved revision 2 a moment ago, while you were reading revision 1"
        ):
            verb()


def test_a_second_decision_is_refused_with_a_description_of_the_first(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    other = make_user(role="Editor")
    with pytest.raises(review.OvertakenError, match=r"^editor approved revision 1 a moment ago\.$"):
        review.approve(story, by=other, revision_number=1)
    with pytest.raises(review.OvertakenError, match="approved revision 1"):
        review.return_to_writer(story, by=other, reason="No.", revision_number=1)
    with pytest.raises(review.OvertakenError, match="approved revision 1"):
        review.send_for_review(story, by=writer)
    with pytest.raises(review.OvertakenError, match="approved revision 1"):
        review.end_review(story, by=writer)


def test_a_work_in_review_can_be_sent_again_only_after_an_edit(story, writer, editor):
    review.send_for_review(story, by=writer, to=editor)
    with pytest.raises(review.OvertakenError, match="sent revision 1 to editor for review a moment ago"):
        review.send_for_review(story, by=writer)
    reword(story, writer)
    review.send_for_review(story, by=writer)
    assert reload_work(story).assigned_to is None


def test_a_draft_can_be_neither_approved_nor_returned(story, editor):
    for verb in (
        lambda: review.approve(story, by=editor, revision_number=1),
        lambda: review.return_to_writer(story, by=editor, reason="No.", revision_number=1),
    ):
        with pytest.raises(review.OvertakenError, match="not been sent for review"):
            verb()


def test_a_work_in_the_trash_cannot_be_sent_for_review(story, writer):
    trash.move_to_trash(story, by=writer)
    with pytest.raises(InvalidStateError):
        review.send_for_review(story, by=writer)


def test_a_work_without_a_revision_cannot_be_sent_for_review(writer):
    story = Story.objects.create(kind="story", slug="unsaved")
    with pytest.raises(InvalidStateError):
        review.send_for_review(story, by=writer)


def test_all_errors_of_reviews_are_refused_errors():
    for error in (
        review.OvertakenError, review.NoReasonError, review.OwnWorkError, review.NotApprovedError,
    ):  # fmt: skip
        assert issubclass(error, RefusedError)


def test_no_approval_is_needed_by_default(story):
    review.require_approved(reload_work(story), revisions.get_newest_revision(story))


def test_only_approved_revisions_pass_if_the_settings_require_approval(story, writer, editor, settings):
    settings.REQUIRE_APPROVAL = True

    def require():
        review.require_approved(reload_work(story), revisions.get_newest_revision(story))

    with pytest.raises(review.NotApprovedError, match="Send it for review"):
        require()
    review.send_for_review(story, by=writer)
    with pytest.raises(review.NotApprovedError, match="is in review"):
        require()
    review.approve(story, by=editor, revision_number=1)
    require()
    reword(story, writer)
    with pytest.raises(review.NotApprovedError, match=r"Revision 1 was approved\. Revision 2 needs a new approval"):
        require()


@pytest.mark.parametrize("is_scheduled", [False, True])
def test_publishing_and_scheduling_reset_the_review(story, writer, editor, is_scheduled):
    review.send_for_review(story, by=writer, to=editor, note="Please.")
    if is_scheduled:
        publishing.schedule(story, by=editor, at=clock.now() + timedelta(days=1))
    else:
        publishing.publish(story, by=editor)
    work = reload_work(story)
    assert (work.state, work.reviewed_revision, work.reviewed_by, work.reviewed_at) == (State.DRAFT, None, None, None)
    assert (work.review_reason, work.assigned_to) == ("", None)
