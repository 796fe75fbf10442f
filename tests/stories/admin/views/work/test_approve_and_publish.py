"""Approving and publishing on the publish screen, and the small forms that send a page for review or return it."""

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from newsroom.http import clock
from newsroom.notifications.models import Notice, NoticeKind
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, Override, Revision, State, Work
from stories.publishing import review
from stories.publishing.errors import NotReadyError
from stories.publishing.preflight import load_preflight
from tests.factories import make_published_story, make_question, make_story, make_user
from tests.outcomes import get_state, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _require_approval(settings):
    settings.REQUIRE_APPROVAL = True


def screen_address(name, work):
    return reverse(f"admin:stories_{'story' if work.kind == 'story' else 'faq'}_{name}", args=[work.pk])


def make_draft(writer, **fields):
    """Return a story by ``writer`` whose headline nobody has confirmed."""
    story = make_story(owner=writer, headline_confirmed=False, **fields)
    assert "headline.confirmed" in {each.code for each in load_findings(story)}
    return story


def load_findings(work):
    return load_preflight(Work.objects.get(pk=work.pk), at=clock.now()).findings


def reword(story, *, by):
    """Record a revision with another headline."""
    story.refresh_from_db()
    story.headline = "Why the north pier opens again on Friday"
    story.save()
    return revisions.record_revision(story, by=by)


def press(client, work, button, **fields):
    """Open the publish screen, and press one of its buttons."""
    address = screen_address("publish", work)
    return client.post(address, filled(client.get(address)) | fields | {"do": button})


def test_a_writer_and_one_editor_publish_a_story_without_an_override(writer, writer_client, editor_client):
    question = make_question(owner=writer, question_confirmed=False)
    story = make_draft(writer, questions=(question,))
    address = screen_address("send_for_review", story)
    writer_client.post(address, filled(writer_client.get(address)) | {"review_note": "The tonnes are new."})
    assert get_state(story) == State.IN_REVIEW
    count = Revision.objects.count()
    response = press(editor_client, story, "approve", questions=[question.pk])
    assert response.status_code == 302
    assert {edition.work_id for edition in Edition.objects.all()} == {story.pk, question.pk}
    assert Revision.objects.count() == count
    assert not Override.objects.exists()
    assert Event.objects.about(story.uid).with_verb("approved", "published").count() == 2


def test_an_approved_headline_needs_no_other_confirmation(writer, editor):
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    assert "headline.confirmed" not in {each.code for each in load_findings(story)}
    publishing.publish(story, by=editor)
    assert "headline.confirmed" not in {each.code for each in load_findings(story)}


def test_another_headline_than_the_approved_one_is_not_confirmed(writer, editor, settings):
    settings.REQUIRE_APPROVAL = False
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    reword(story, by=writer)
    with pytest.raises(NotReadyError) as refusal:
        publishing.publish(story, by=editor)
    (findings,) = refusal.value.findings.values()
    assert [each.code for each in findings] == ["headline.confirmed"]


def test_a_blocker_leaves_the_story_unapproved_and_unpublished(writer, editor_client):
    story = make_draft(writer, texts={"happened": ""})
    review.send_for_review(story, by=writer)
    response = press(editor_client, story, "approve")
    assert response.context["is_refused"]
    assert [finding.code for finding, _ in response.context["blockers"]] == ["sections.present"]
    assert get_state(story) == State.IN_REVIEW
    assert not Edition.objects.exists()


def test_a_text_saved_meanwhile_is_shown_and_asked_about_again(writer, editor_client):
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    address = screen_address("publish", story)
    form = filled(editor_client.get(address)) | {"do": "approve"}
    reword(story, by=writer)
    response = editor_client.post(address, form)
    assert [each.newest.number for each in response.context["newer_texts"]] == [2]
    assert (get_state(story), Edition.objects.count()) == (State.IN_REVIEW, 0)
    assert editor_client.post(address, filled(response) | {"do": "approve"}).status_code == 302
    assert Edition.objects.get().title == "Why the north pier opens again on Friday"


def test_a_reviewer_who_wrote_part_reads_the_reason_in_place_of_the_button(writer, editor, editor_client):
    story = make_draft(writer)
    reword(story, by=editor)
    review.send_for_review(story, by=writer)
    response = editor_client.get(screen_address("publish", story))
    assert not response.context["may_publish"]
    assert response.context["review"].own_work_note in response.rendered_content
    assert press(editor_client, story, "approve").status_code == 200
    assert (get_state(story), Edition.objects.count()) == (State.IN_REVIEW, 0)


def test_a_story_can_be_approved_and_scheduled(writer, editor_client):
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    press(editor_client, story, "approve", when="later", day="2999-03-07", time="07:00")
    assert Edition.objects.get().live_from.year == 2999
    assert get_state(story) == State.DRAFT


def test_the_publish_screen_can_also_approve_alone(writer, editor_client):
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    form = filled(editor_client.get(screen_address("publish", story)))
    editor_client.post(screen_address("review", story), form | {"_continue": "approve"})
    assert (get_state(story), Edition.objects.count()) == (State.APPROVED, 0)


def test_only_people_who_may_confirm_a_headline_see_its_tick(writer, writer_client, editor_client):
    story = make_draft(writer)
    address = reverse(story.change_view_name, args=[story.pk])
    assert 'name="headline_confirmed"' in editor_client.get(address).rendered_content
    page = writer_client.get(address).rendered_content
    assert 'name="headline_confirmed"' not in page
    assert page.count("An editor confirms the headline when approving.") == 1


def test_a_headline_that_was_there_before_needs_no_tick_if_it_is_approved(writer, editor_client):
    story = make_draft(writer)
    page = editor_client.get(reverse(story.change_view_name, args=[story.pk])).rendered_content
    assert "Approving confirms it without the tick." in page


def test_the_reviewer_is_chosen_among_those_who_did_not_write_the_text(writer, writer_client, editor):
    story = make_draft(writer)
    address = screen_address("send_for_review", story)
    form = filled(writer_client.get(address))
    response = writer_client.post(address, form | {"review_to": str(writer.pk)})
    assert list_errors(response.context["form"]) == [("review_to", "invalid_choice")]
    writer_client.post(address, form | {"review_to": str(editor.pk)})
    story.refresh_from_db()
    assert (story.state, story.assigned_to) == (State.IN_REVIEW, editor)


def test_a_return_asks_for_its_reason_at_the_field(writer, editor_client):
    story = make_draft(writer)
    review.send_for_review(story, by=writer)
    address = screen_address("return", story)
    response = editor_client.post(address, filled(editor_client.get(address)))
    assert list_errors(response.context["form"]) == [("reason", "required")]
    response = editor_client.post(address, filled(response) | {"reason": "Which lorries?"}, follow=True)
    assert (list_levels(response), get_state(story)) == (["success"], State.RETURNED)


def test_a_form_can_save_and_go_on_to_the_reviewer(writer, writer_client):
    story = make_draft(writer)
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(writer_client.get(address)) | {"standfirst": "It opens on Friday.", "_continue": "send"}
    assert writer_client.post(address, form).url == screen_address("send_for_review", story)
    assert Revision.objects.filter(work=story).count() == 2


def test_the_sender_is_told_of_the_approval_and_the_owner_of_the_publication(writer, editor):
    owner = make_user(username="owner")
    story = make_story(owner=owner, headline_confirmed=False)
    review.send_for_review(story, by=writer)
    publishing.approve_and_publish(story, by=editor, seen_revision_number=1)
    assert set(Notice.objects.values_list("person", "kind")) == {
        (writer.pk, NoticeKind.APPROVED),
        (owner.pk, NoticeKind.PUBLISHED),
    }


def test_a_live_headline_needs_no_confirmation_of_an_update(editor, settings):
    settings.REQUIRE_APPROVAL = False
    story = make_published_story(by=editor)
    story.headline_confirmed = False
    story.save()
    revisions.record_revision(story, by=editor)
    assert "headline.confirmed" not in {each.code for each in load_findings(story)}
