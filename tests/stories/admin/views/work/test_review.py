"""Reviews on the form of a work, in the queues of the home page, and in the audit log."""

import re

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from stories import publishing
from stories.admin.dashboard.queues import QueueName
from stories.drafts import revisions
from stories.models import Edition, State, Work
from stories.publishing import review
from tests.conftest import signed_in
from tests.factories import make_question, make_story, make_user
from tests.outcomes import find_summary, get_state, join_messages, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


APPROVE, RETURN = 'name="_continue" value="approve"', 'name="_continue" value="return"'


def form_address(work) -> str:
    model = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{model}_change", args=[work.pk])


def submit_form(client, work, step, **fields):
    """Submit the form with changed fields and the button ``step``, and follow the redirect."""
    form = filled(client.get(form_address(work)))
    return client.post(form_address(work), form | fields | {"_continue": step}, follow=True)


@pytest.fixture
def story(writer):
    return make_story(owner=writer)


@pytest.fixture
def in_review(story, writer):
    review.send_for_review(story, by=writer, note="The tonnes are new.")
    return story


def test_sending_for_review_saves_the_form_first(story, writer_client, editor):
    response = submit_form(
        writer_client, story, "submit", headline="Why the north pier stays shut until spring",
        review_to=str(editor.pk), review_note="The tonnes are new.",
    )  # fmt: skip
    assert list_levels(response) == ["success"]
    assert re.search(r"\b2\b.*\bAna Kestrel\b", join_messages(response))
    work = Work.objects.get(pk=story.pk)
    assert (work.state, work.assigned_to, work.reviewed_revision) == (
        State.IN_REVIEW,
        editor,
        revisions.get_newest_revision(work),
    )
    assert "stays shut until spring" in str(work.story)


def test_a_question_can_be_sent_for_review_without_a_reviewer(writer, writer_client):
    faq = make_question(owner=writer)
    response = submit_form(writer_client, faq, "submit")
    assert list_levels(response) == ["success"]
    assert get_state(faq) == State.IN_REVIEW
    assert Work.objects.get(pk=faq.pk).assigned_to is None


def test_a_refused_save_is_not_sent_for_review(story, writer_client):
    response = submit_form(writer_client, story, "submit", language="no language", review_note="Mind the tonnes.")
    assert response.status_code == 200
    assert get_state(story) == State.DRAFT


def test_the_form_lists_the_users_who_may_approve(story, writer, writer_client, editor):
    other = make_user(role="Editor", username="other", first_name="Ida")
    revisions.record_revision(story, by=other)
    form = writer_client.get(form_address(story))
    assert form.context["review"].reviewers == [editor, other]
    options = re.search(r'<select name="review_to".*?</select>', form.rendered_content, re.DOTALL)
    assert options
    assert re.findall(r'value="(\d*)"', options[0]) == ["", str(editor.pk), str(other.pk)]


def test_a_reviewer_outside_the_list_is_refused_and_the_note_is_repeated(story, writer, writer_client):
    response = submit_form(writer_client, story, "submit", review_to=str(writer.pk), review_note="Mind the tonnes.")
    assert list_levels(response) == ["error"]
    assert "“Mind the tonnes.”" in join_messages(response)
    assert get_state(story) == State.DRAFT


def test_an_editor_can_approve_on_the_form(in_review, editor_client):
    form = editor_client.get(form_address(in_review))
    assert re.search(r'<p class="review-status">writer [^<]*\b1\b', form.rendered_content)
    assert "The tonnes are new." in form.rendered_content
    assert APPROVE in form.rendered_content
    response = submit_form(editor_client, in_review, "approve")
    assert (list_levels(response), re.findall(r"\d+", join_messages(response))) == (["success"], ["1"])
    assert get_state(in_review) == State.APPROVED


def test_changes_that_an_editor_makes_are_saved_but_not_approved(in_review, editor_client):
    response = submit_form(editor_client, in_review, "approve", headline="Why the north pier stays shut until spring")
    assert (list_levels(response), re.findall(r"\d+", join_messages(response))) == (["error"], ["2", "2"])
    assert revisions.get_newest_revision(in_review).number == 2
    assert get_state(in_review) == State.IN_REVIEW


def test_a_revision_saved_meanwhile_is_not_approved(in_review, writer, editor_client):
    form = filled(editor_client.get(form_address(in_review)))
    in_review.refresh_from_db()
    in_review.headline = "Why the north pier stays shut until spring"
    in_review.save()
    revisions.record_revision(in_review, by=writer)
    editor_client.post(form_address(in_review), form | {"_continue": "approve"}, follow=True)
    assert get_state(in_review) == State.IN_REVIEW


def test_authors_cannot_approve_their_own_text(editor, editor_client):
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor)
    page = editor_client.get(form_address(story)).rendered_content
    assert APPROVE not in page
    assert RETURN in page
    assert re.search(r'value="return".*?</div>\s*<p class="help">', page, re.DOTALL)
    assert list_levels(submit_form(editor_client, story, "approve")) == ["error"]
    assert get_state(story) == State.IN_REVIEW
    with pytest.raises(review.OwnWorkError):
        review.approve(story, by=editor, revision_number=1)


def test_the_reason_for_a_return_is_shown_at_the_top_of_the_form(in_review, editor_client, writer_client):
    response = submit_form(editor_client, in_review, "return", review_reason="Who weighed the lorries?")
    assert list_levels(response) == ["success"]
    page = writer_client.get(form_address(in_review)).rendered_content
    top = page[: page.index('class="desk-form"')]
    assert re.search(
        r'<section class="review returned".*<p class="review-status">Ana Kestrel [^<]*\b1\b', top, re.DOTALL
    )
    assert "Who weighed the lorries?" in top


def test_a_return_without_a_reason_is_refused(in_review, editor_client):
    assert list_levels(submit_form(editor_client, in_review, "return")) == ["error"]
    assert get_state(in_review) == State.IN_REVIEW


def test_a_second_decision_is_refused_and_the_reason_is_repeated(in_review, editor, editor_client):
    other = make_user(role="Editor")
    form = filled(response := signed_in(other).get(form_address(in_review)))
    assert response.status_code == 200
    submit_form(editor_client, in_review, "approve")
    response = signed_in(other).post(
        form_address(in_review), form | {"_continue": "return", "review_reason": "Who weighed them?"}, follow=True
    )
    assert list_levels(response) == ["error"]
    assert re.search(r"Ana Kestrel [^“]*\b1\b.*“Who weighed them\?”", join_messages(response))
    assert get_state(in_review) == State.APPROVED


def test_an_approved_work_can_be_returned(in_review, editor_client):
    submit_form(editor_client, in_review, "approve")
    response = submit_form(editor_client, in_review, "return", review_reason="The survey was withdrawn.")
    assert list_levels(response) == ["success"]
    assert get_state(in_review) == State.RETURNED


def test_a_writer_can_cancel_the_review_but_not_decide(in_review, writer_client):
    page = writer_client.get(form_address(in_review)).rendered_content
    assert APPROVE not in page
    assert RETURN not in page
    assert list_levels(submit_form(writer_client, in_review, "approve")) == ["error"]
    assert get_state(in_review) == State.IN_REVIEW
    assert list_levels(submit_form(writer_client, in_review, "take_back")) == ["success"]
    assert get_state(in_review) == State.DRAFT


def test_an_edit_after_the_approval_requires_a_new_approval(in_review, editor, writer, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    in_review.refresh_from_db()
    in_review.headline = "Why the north pier stays shut until spring"
    in_review.save()
    revisions.record_revision(in_review, by=writer)
    page = writer_client.get(form_address(in_review)).rendered_content
    assert re.search(r'<p class="stale">[^<]*\b1\b[^<]*\b2\b', page)
    assert 'value="submit"' in page


def test_an_approved_work_cannot_be_sent_for_review_again(in_review, editor, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    assert 'value="submit"' not in writer_client.get(form_address(in_review)).rendered_content


def test_the_enter_key_saves_and_never_approves(in_review, editor_client):
    page = editor_client.get(form_address(in_review)).rendered_content
    form = page[page.index('id="story_form"') :]
    assert form.index('value="save"') < form.index('value="approve"')


def test_a_required_approval_blocks_publishing_on_the_form(in_review, editor, editor_client, settings):
    settings.REQUIRE_APPROVAL = True
    page = editor_client.get(form_address(in_review)).rendered_content
    assert 'value="publish"' not in page
    assert 'value="schedule"' not in page
    reason = re.search(r'id="keeps-back">([^<]*\b1\b[^<]*)<', page)
    assert reason
    response = submit_form(editor_client, in_review, "publish")
    assert list_levels(response) == ["error"]
    assert reason[1] in join_messages(response)
    assert not Edition.objects.exists()
    review.approve(in_review, by=editor, revision_number=1)
    page = editor_client.get(form_address(in_review)).rendered_content
    assert 'value="publish"' in page
    assert 'id="keeps-back"' not in page
    submit_form(editor_client, in_review, "publish")
    assert Edition.objects.count() == 1
    assert get_state(in_review) == State.DRAFT


def test_where_an_approval_is_missing_the_bar_has_send_for_review_in_the_place_of_publish(
    story, editor_client, settings
):
    bar = re.compile(r'<div class="submit-row">.*?<details', re.DOTALL)
    assert ">Send for review<" not in bar.search(editor_client.get(form_address(story)).rendered_content)[0]
    settings.REQUIRE_APPROVAL = True
    page = editor_client.get(form_address(story)).rendered_content
    assert ">Send for review<" in bar.search(page)[0]
    assert "Save and publish" not in bar.search(page)[0]
    assert page.count(">Send for review</button>") == 1


def test_a_required_approval_blocks_publishing_on_the_publish_screen(story, editor_client, settings):
    address = reverse("admin:stories_story_publish", args=[story.pk])
    assert "Not approved" not in editor_client.get(address).rendered_content
    settings.REQUIRE_APPROVAL = True
    page = editor_client.get(address).rendered_content
    assert "Pages need approval before publishing." in page
    assert 'class="button default"' not in page


def test_an_unapproved_question_blocks_publishing_with_the_story(writer, editor, settings):
    settings.REQUIRE_APPROVAL = True
    faq = make_question(question="May lorries use it again?", owner=writer)
    story = make_story(owner=writer, questions=(faq,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    with pytest.raises(
        review.NotApprovedError, match="The question “May lorries use it again\\?”: Pages need approval"
    ):
        publishing.publish(story, by=editor, with_questions=[faq])


def list_entries(client, name):
    context = client.get(reverse("admin:index")).context
    queues = [*context["queues"], context["needs"]]
    return next((queue.entries for queue in queues if queue and queue.name == name), [])


def test_the_home_page_lists_works_in_review_by_age_with_their_reviewers(writer, editor, editor_client, set_time):
    unassigned, assigned, assigned_to_other = (make_story(owner=writer) for _ in range(3))
    for work, to in ((unassigned, None), (assigned, editor), (assigned_to_other, make_user(username="jonas"))):
        review.send_for_review(work, by=writer, to=to, note="The tonnes are new." if to == editor else "")
        set_time.go(hours=1)
    first, second = list_entries(editor_client, QueueName.IN_REVIEW)
    assert (first.title, first.action_label, first.age) == (unassigned.headline, "Review", "3 hours ago")
    assert (second.title, second.action_label, second.age) == (assigned_to_other.headline, "Read", "1 hour ago")
    assert first.detail == "Revision 1, sent by writer; no reviewer"
    assert second.detail == "Revision 1, sent by writer; reviewer: jonas"
    (own,) = list_entries(editor_client, QueueName.WAITING_FOR_USER)
    assert (own.title, own.action_label, own.age) == (assigned.headline, "Review", "2 hours ago")
    assert own.detail == "Revision 1, sent by writer; reviewer: you. The tonnes are new."


def test_a_user_does_not_review_their_own_request(editor, editor_client):
    review.send_for_review(make_story(owner=editor), by=editor)
    assert [entry.action_label for entry in list_entries(editor_client, QueueName.IN_REVIEW)] == ["Read"]
    assert list_entries(editor_client, QueueName.WAITING_FOR_USER) == []


def test_the_home_page_lists_returned_works_with_the_reason(in_review, editor, editor_client, writer_client):
    review.return_to_writer(in_review, by=editor, reason="Who weighed the lorries?", revision_number=1)
    (entry,) = list_entries(writer_client, QueueName.WAITING_FOR_USER)
    assert entry.detail == "Returned by Ana Kestrel: “Who weighed the lorries?”"
    assert list_entries(editor_client, QueueName.WAITING_FOR_USER) == []


def test_the_home_page_lists_approved_works_until_they_are_published(in_review, editor, editor_client, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    assert [entry.title for entry in list_entries(editor_client, QueueName.APPROVED)] == [in_review.headline]
    assert list_entries(writer_client, QueueName.APPROVED) == []
    publishing.publish(in_review, by=editor)
    assert list_entries(editor_client, QueueName.APPROVED) == []


def test_changelists_show_and_filter_by_the_state_of_the_review(in_review, editor, editor_client):
    make_story()
    listing = reverse("admin:stories_story_changelist")
    page = editor_client.get(f"{listing}?review=in_review")
    assert [story.pk for story in page.context["cl"].result_list] == [in_review.pk]
    assert "Draft; in review" in page.rendered_content


def test_a_new_owner_is_logged(writer, writer_client, editor):
    story = make_story(owner=writer)
    submit_form(writer_client, story, "save", owner=str(editor.pk))
    page = writer_client.get(reverse("admin:stories_story_audit_log", args=[story.pk])).rendered_content
    assert "writer assigned it to Ana Kestrel." in page


def test_a_merged_save_with_a_new_owner_is_logged_once(story, writer, writer_client, editor, editor_client):
    form = filled(writer_client.get(form_address(story)))
    submit_form(editor_client, story, "save", standfirst="Lorries wait until spring.")
    writer_client.post(form_address(story), form | {"owner": str(editor.pk), "_continue": "save"})
    story.refresh_from_db()
    assert (story.owner, story.standfirst) == (editor, "Lorries wait until spring.")
    assert [event.verb for event in Event.objects.about(story.uid)] == ["given over"]


def test_a_work_has_an_audit_log(in_review, editor, writer_client):
    review.return_to_writer(in_review, by=editor, reason="Who weighed the lorries?", revision_number=1)
    response = writer_client.get(reverse("admin:stories_story_audit_log", args=[in_review.pk]))
    page, entries = response.rendered_content, response.context["entries"]
    assert [(entry.event.verb, entry.event.by_name) for entry in entries] == [
        ("returned", "Ana Kestrel"),
        ("sent to review", "writer"),
    ]
    assert entries[0].sentence == "Ana Kestrel returned revision 1"
    assert page.index(f">{entries[0].sentence}.<") < page.index(f">{entries[1].sentence}.<")
    assert "“Who weighed the lorries?”" in page
    assert 'class="log-entries"' in page


def test_a_long_audit_log_has_several_pages(story, writer, writer_client):
    for _ in range(26):
        review.send_for_review(story, by=writer)
        review.end_review(story, by=writer)
    address = reverse("admin:stories_story_audit_log", args=[story.pk])
    assert 'href="?p=2"' in writer_client.get(address).rendered_content
    assert len(writer_client.get(f"{address}?p=2").context["entries"]) == 2


def test_the_audit_log_of_a_work_without_entries_explains_itself(story, writer_client):
    page = writer_client.get(reverse("admin:stories_story_audit_log", args=[story.pk]))
    assert find_summary(page)
    assert (page.context["entries"], 'class="log-entries"' in page.rendered_content) == ([], False)


def test_the_audit_log_of_a_work_links_to_the_whole_log_for_those_who_may_see_it(
    story, writer_client, administrator_client
):
    address = reverse("admin:stories_story_audit_log", args=[story.pk])
    link = f'href="{reverse("admin:record_event_changelist")}?q={story.uid}"'
    assert link in administrator_client.get(address).rendered_content
    assert link not in writer_client.get(address).rendered_content


def is_ticked(client, story) -> bool:
    form = client.get(form_address(story)).context["inline_admin_formsets"]
    question_rows = next(rows.formset for rows in form if rows.formset.prefix == "story_questions")
    return bool(question_rows.forms[0].initial.get("goes_out"))


def test_a_question_in_review_is_not_preselected(editor, editor_client, settings):
    faq = make_question(owner=editor)
    story = make_story(questions=(faq,))
    assert is_ticked(editor_client, story)
    review.send_for_review(faq, by=editor)
    assert not is_ticked(editor_client, story)
    review.end_review(faq, by=editor)
    settings.REQUIRE_APPROVAL = True
    assert not is_ticked(editor_client, story)


def test_null_characters_are_removed_from_notes_and_reasons(story, writer_client, editor_client):
    submit_form(writer_client, story, "submit", review_note="The tonnes\0 are new.")
    submit_form(editor_client, story, "return", review_reason="Too\0 long.", review_state="in_review")
    assert [event.reason for event in Event.objects.about(story.uid)[:2]] == ["Too long.", "The tonnes are new."]
