"""Review: who may ask, approve and return, and what one is told when somebody else acted first."""

import pytest

from newsroom.accounts.permissions import NotAllowedError
from newsroom.audit.models import Event
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


def now_of(story) -> Work:
    return Work.objects.get(pk=story.pk)


def reword(story, by, headline="Why the north pier stays closed until spring") -> int:
    story.refresh_from_db()
    story.headline = headline
    story.save()
    return revisions.record_revision(story, by=by).number


def rename_outlet(outlet) -> None:
    outlet.name = f"{outlet.name} Weekly"
    outlet.save()


def verbs_of(story) -> list[str]:
    return [event.verb for event in Event.objects.about(story.uid)]


def test_a_draft_goes_from_review_to_approval(story, writer, editor):
    review.send_for_review(story, by=writer, to=editor, note="The tonnes are new.")
    work = now_of(story)
    assert (work.state, work.assigned_to, work.review_reason) == (State.IN_REVIEW, editor, "The tonnes are new.")
    review.approve(story, by=editor, revision_number=1)
    work = now_of(story)
    assert (work.state, work.reviewed_by, work.assigned_to) == (State.APPROVED, editor, None)
    assert review.is_approved(work, revisions.get_newest_revision(work))
    assert verbs_of(story) == ["approved", "sent to review"]


def test_a_question_goes_the_same_way(writer, editor):
    faq = make_question(owner=writer)
    review.send_for_review(faq, by=writer)
    review.approve(faq, by=editor, revision_number=1)
    assert now_of(faq).state == State.APPROVED


def test_a_returned_text_carries_its_reason_to_whoever_sent_it(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.return_to_writer(story, by=editor, reason=" Who weighed the lorries? ", revision_number=1)
    work = now_of(story)
    assert (work.state, work.review_reason, work.assigned_to) == (State.RETURNED, "Who weighed the lorries?", writer)
    review.send_for_review(story, by=writer)
    assert now_of(story).state == State.IN_REVIEW


def test_an_approval_can_be_taken_back_with_a_reason(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    review.return_to_writer(
        story, by=editor, reason="The survey was withdrawn.", revision_number=1, seen_state=State.APPROVED
    )
    assert now_of(story).state == State.RETURNED


def test_a_return_says_why(story, writer, editor):
    review.send_for_review(story, by=writer)
    with pytest.raises(review.NoReasonError):
        review.return_to_writer(story, by=editor, reason="  ", revision_number=1)


def test_what_is_in_review_can_be_taken_back(story, writer):
    review.send_for_review(story, by=writer)
    review.end_review(story, by=writer)
    assert now_of(story).state == State.DRAFT
    with pytest.raises(review.OvertakenError, match="took revision 1 back from review a moment ago"):
        review.end_review(story, by=writer)


@pytest.mark.parametrize("role", ["Writer", "Curator", ""])
def test_only_editors_approve_and_return(story, writer, role):
    review.send_for_review(story, by=writer)
    somebody = make_user(role=role)
    with pytest.raises(NotAllowedError):
        review.approve(story, by=somebody, revision_number=1)
    with pytest.raises(NotAllowedError):
        review.return_to_writer(story, by=somebody, reason="No.", revision_number=1)
    assert now_of(story).state == State.IN_REVIEW


def test_only_those_who_edit_send_to_review_and_take_back(story, writer, curator):
    with pytest.raises(NotAllowedError):
        review.send_for_review(story, by=curator)
    review.send_for_review(story, by=writer)
    with pytest.raises(NotAllowedError):
        review.end_review(story, by=curator)


def test_whoever_wrote_may_not_approve(editor):
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=1)


def test_whoever_wrote_may_approve_where_the_newsroom_says_so(editor, settings):
    settings.ALLOW_SELF_APPROVAL = True
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor, to=editor)
    review.approve(story, by=editor, revision_number=1)
    assert now_of(story).state == State.APPROVED


def test_an_earlier_writer_may_not_approve_what_another_finished(story, writer, editor):
    reword(story, editor)
    reword(story, writer, "Why the north pier stays closed until summer")
    review.send_for_review(story, by=writer)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=3)


def test_what_readers_saw_before_counts_for_nobody(editor, writer):
    story = make_story(owner=editor)
    publishing.publish(story, by=make_user())
    number = reword(story, writer)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=number)
    assert now_of(story).state == State.APPROVED


def test_bringing_names_up_to_date_is_nobodys_writing(writer, editor):
    outlet = make_outlet()
    story = make_story(owner=writer, outlets=(outlet,))
    rename_outlet(outlet)
    assert revisions.record_revision(story, by=editor).number == 2
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert now_of(story).state == State.APPROVED


def confirm_headline(story, by) -> int:
    Story.objects.filter(pk=story.pk).update(headline_confirmed=True)
    return revisions.record_revision(story, by=by).number


def test_confirming_is_nobodys_writing(writer, editor):
    story = make_story(owner=writer, headline_confirmed=False)
    confirm_headline(story, editor)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert now_of(story).state == State.APPROVED


def test_an_approval_holds_for_what_was_only_confirmed_since(writer, editor, settings):
    settings.REQUIRE_APPROVAL = True
    story = make_story(owner=writer, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    confirm_headline(story, editor)
    edition = publishing.publish(story, by=editor)
    assert edition.revision.number == 2


def test_an_approval_holds_through_a_confirmation_and_a_new_name_after_it(writer, editor, curator, settings):
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


def test_what_was_read_is_approved_though_somebody_confirmed_a_name_meanwhile(writer, editor):
    story = make_story(owner=writer, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    confirm_headline(story, make_user())
    review.approve(story, by=editor, revision_number=1)
    work = now_of(story)
    assert work.reviewed_revision.number == 1
    assert review.is_approved(work, revisions.get_newest_revision(story))


def test_a_word_beside_a_confirmation_needs_another_approval(writer, editor, settings):
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


def test_an_article_that_an_editor_corrects_is_approved_by_them_only_after_somebody_else_sent_it(writer, editor):
    article = make_article()
    story = make_story(owner=writer, articles=(article,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    article.title = "What nobody wrote"
    article.save()
    number = revisions.record_revision(story, by=editor).number
    assert not review.is_approved(now_of(story), revisions.get_newest_revision(story))
    review.send_for_review(story, by=editor)
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=number)
    review.end_review(story, by=writer)
    review.send_for_review(story, by=writer, to=editor)
    review.approve(story, by=editor, revision_number=number)
    assert review.is_approved(now_of(story), revisions.get_newest_revision(story))


def test_it_is_sent_only_to_somebody_who_may_approve_it(story, writer, editor):
    reword(story, editor)
    for somebody in (writer, editor, make_user(role="Editor", is_active=False)):
        with pytest.raises(review.OwnWorkError):
            review.send_for_review(story, by=writer, to=somebody)


def test_editing_after_the_approval_needs_another(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    reword(story, writer)
    work = now_of(story)
    assert not review.is_approved(work, revisions.get_newest_revision(work))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=2)
    assert review.is_approved(now_of(story), revisions.get_newest_revision(story))


def test_new_names_of_what_is_shared_keep_the_approval(writer, editor):
    outlet = make_outlet()
    story = make_story(owner=writer, outlets=(outlet,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    old = revisions.get_newest_revision(story)
    rename_outlet(Outlet.objects.get(pk=outlet.pk))
    new = revisions.record_revision(story, by=editor, reason="Names brought up to date")
    work = now_of(story)
    assert review.is_approved(work, new)
    review.carry_approval(work, old, new)
    assert now_of(story).reviewed_revision == new


def test_an_approval_is_not_carried_to_other_words(story, writer, editor):
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    old = revisions.get_newest_revision(story)
    reword(story, writer)
    work = now_of(story)
    review.carry_approval(work, old, revisions.get_newest_revision(work))
    assert now_of(story).reviewed_revision == old


def test_whoever_read_an_older_revision_is_told_who_saved_since(story, writer, editor):
    review.send_for_review(story, by=writer)
    reword(story, writer)
    for act in (
        lambda: review.approve(story, by=editor, revision_number=1),
        lambda: review.return_to_writer(story, by=editor, reason="No.", revision_number=1),
        lambda: review.send_for_review(story, by=writer, revision_number=1),
    ):
        with pytest.raises(review.OvertakenError, match="saved revision 2 a moment ago; you were reading revision 1"):
            act()


def test_the_second_to_decide_is_told_what_the_first_did(story, writer, editor):
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


def test_what_is_in_review_is_not_sent_again_unless_it_was_edited(story, writer, editor):
    review.send_for_review(story, by=writer, to=editor)
    with pytest.raises(review.OvertakenError, match="sent revision 1 to review, to editor a moment ago"):
        review.send_for_review(story, by=writer)
    reword(story, writer)
    review.send_for_review(story, by=writer)
    assert now_of(story).assigned_to is None


def test_a_draft_is_neither_approved_nor_returned(story, editor):
    for act in (
        lambda: review.approve(story, by=editor, revision_number=1),
        lambda: review.return_to_writer(story, by=editor, reason="No.", revision_number=1),
    ):
        with pytest.raises(review.OvertakenError, match="not sent to review yet"):
            act()


def test_what_lies_in_the_bin_is_not_reviewed(story, writer):
    trash.move_to_trash(story, by=writer)
    with pytest.raises(InvalidStateError):
        review.send_for_review(story, by=writer)


def test_what_was_never_saved_is_not_reviewed(writer):
    story = Story.objects.create(kind="story", slug="unsaved")
    with pytest.raises(InvalidStateError):
        review.send_for_review(story, by=writer)


def test_every_refusal_is_one_that_screens_know():
    for error in (
        review.OvertakenError, review.NoReasonError, review.OwnWorkError, review.NotApprovedError,
    ):  # fmt: skip
        assert issubclass(error, RefusedError)


def test_where_no_review_is_asked_for_everything_passes(story):
    review.require_approved(now_of(story), revisions.get_newest_revision(story))


def test_where_review_is_asked_for_only_what_is_approved_passes(story, writer, editor, settings):
    settings.REQUIRE_APPROVAL = True

    def ask():
        review.require_approved(now_of(story), revisions.get_newest_revision(story))

    with pytest.raises(review.NotApprovedError, match="Send it to review"):
        ask()
    review.send_for_review(story, by=writer)
    with pytest.raises(review.NotApprovedError, match="it is in review"):
        ask()
    review.approve(story, by=editor, revision_number=1)
    ask()
    reword(story, writer)
    with pytest.raises(review.NotApprovedError, match="Revision 1 was approved; revision 2 needs approval again"):
        ask()


def test_what_has_gone_out_begins_anew(story, writer, editor):
    review.send_for_review(story, by=writer, note="Please.")
    review.approve(story, by=editor, revision_number=1)
    review.reset_reviews([now_of(story)])
    work = now_of(story)
    assert (work.state, work.reviewed_revision, work.reviewed_by, work.review_reason) == (State.DRAFT, None, None, "")
