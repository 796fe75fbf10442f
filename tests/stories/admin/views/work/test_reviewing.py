"""The review on the form: who is offered what, what each button does, and that no word is lost on the way."""

import pytest
from django.urls import reverse

from newsroom.audit.models import Event
from stories import publishing
from stories.drafts import revisions
from stories.models import Edition, State, Work
from stories.publishing import review
from tests.conftest import signed_in
from tests.factories import make_question, make_story, make_user
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db


def address_of(work) -> str:
    model = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{model}_change", args=[work.pk])


def press(client, work, step, **fields):
    """Open the form, fill fields in, and press a button."""
    form = filled(client.get(address_of(work)))
    return client.post(address_of(work), form | fields | {"_continue": step}, follow=True)


def said(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def state_of(work) -> State:
    return State(Work.objects.get(pk=work.pk).state)


@pytest.fixture
def story(writer):
    return make_story(owner=writer)


@pytest.fixture
def in_review(story, writer):
    review.send_for_review(story, by=writer, note="The tonnes are new.")
    return story


def test_sending_to_review_saves_first_what_was_typed(story, writer_client, editor):
    answer = press(
        writer_client, story, "submit", headline="Why the north pier stays shut until spring",
        review_to=str(editor.pk), review_note="The tonnes are new.",
    )  # fmt: skip
    assert said(answer) == "Saved as revision 2. Sent to review, to Ana Kestrel."
    work = Work.objects.get(pk=story.pk)
    assert (work.state, work.assigned_to, work.reviewed_revision) == (
        State.IN_REVIEW,
        editor,
        revisions.get_newest_revision(work),
    )
    assert "stays shut until spring" in str(work.story)


def test_a_question_is_sent_open_to_everybody_who_reviews(writer, writer_client):
    faq = make_question(owner=writer)
    answer = press(writer_client, faq, "submit")
    assert "Sent to review, open to everybody who reviews." in said(answer)
    assert state_of(faq) == State.IN_REVIEW


def test_a_refused_save_sends_nothing_to_review(story, writer_client):
    answer = press(writer_client, story, "submit", language="no language", review_note="Mind the tonnes.")
    assert answer.status_code == 200
    assert state_of(story) == State.DRAFT


def test_the_form_offers_those_who_may_approve(story, writer, writer_client, editor):
    other = make_user(role="Editor", username="other", first_name="Ida")
    revisions.record_revision(story, by=other)
    form = writer_client.get(address_of(story))
    assert form.context["review"].reviewers == [editor, other]
    assert "Whoever reviews" in form.rendered_content


def test_somebody_who_is_not_on_the_list_is_refused_and_the_note_is_not_lost(story, writer, writer_client):
    answer = press(writer_client, story, "submit", review_to=str(writer.pk), review_note="Mind the tonnes.")
    assert "Not sent to review. Choose who reviews it from the list" in said(answer)
    assert "You wrote: “Mind the tonnes.”" in said(answer)


def test_an_editor_approves_on_the_form(in_review, editor_client):
    form = editor_client.get(address_of(in_review))
    assert "writer sent revision 1 to review." in form.rendered_content
    assert "The tonnes are new." in form.rendered_content
    assert "Approve revision 1" in form.rendered_content
    answer = press(editor_client, in_review, "approve")
    assert said(answer) == "Revision 1 is approved."
    assert state_of(in_review) == State.APPROVED


def test_what_an_editor_changed_while_reading_is_saved_and_not_approved(in_review, editor_client):
    answer = press(editor_client, in_review, "approve", headline="Why the north pier stays shut until spring")
    assert "Saved as revision 2. Not approved. What you changed is revision 2: nobody has read that yet." in said(
        answer
    )
    assert state_of(in_review) == State.IN_REVIEW


def test_what_was_saved_while_an_editor_read_is_not_approved(in_review, writer, editor_client):
    form = filled(editor_client.get(address_of(in_review)))
    in_review.refresh_from_db()
    in_review.headline = "Why the north pier stays shut until spring"
    in_review.save()
    revisions.record_revision(in_review, by=writer)
    editor_client.post(address_of(in_review), form | {"_continue": "approve"}, follow=True)
    assert state_of(in_review) == State.IN_REVIEW


def test_whoever_wrote_is_told_that_somebody_else_approves(editor, editor_client):
    story = make_story(owner=editor)
    review.send_for_review(story, by=editor)
    page = editor_client.get(address_of(story)).rendered_content
    assert "Approve revision" not in page
    assert "somebody else approves it" in page
    assert "Not approved. You wrote part of this" in said(press(editor_client, story, "approve"))


def test_a_return_says_why_at_the_top_of_the_writer_s_form(in_review, editor_client, writer_client):
    answer = press(editor_client, in_review, "return", review_reason="Who weighed the lorries?")
    assert "Returned, with your reason." in said(answer)
    page = writer_client.get(address_of(in_review)).rendered_content
    top = page[: page.index('class="desk-form"')]
    assert "Ana Kestrel returned revision 1." in top
    assert "Who weighed the lorries?" in top


def test_a_return_without_a_reason_is_refused(in_review, editor_client):
    assert "Not returned. Say why it is returned" in said(press(editor_client, in_review, "return"))
    assert state_of(in_review) == State.IN_REVIEW


def test_the_second_to_decide_is_told_and_keeps_the_words(in_review, editor, editor_client):
    other = make_user(role="Editor")
    form = filled(signed := signed_in(other).get(address_of(in_review)))
    assert signed.status_code == 200
    press(editor_client, in_review, "approve")
    answer = signed_in(other).post(
        address_of(in_review), form | {"_continue": "return", "review_reason": "Who weighed them?"}, follow=True
    )
    assert "Not returned. Ana Kestrel approved revision 1 a moment ago. You wrote: “Who weighed them?”" in said(answer)
    assert state_of(in_review) == State.APPROVED


def test_an_approval_is_taken_away_again_with_a_reason(in_review, editor_client):
    press(editor_client, in_review, "approve")
    answer = press(editor_client, in_review, "return", review_reason="The survey was withdrawn.")
    assert "Returned" in said(answer)
    assert state_of(in_review) == State.RETURNED


def test_a_writer_takes_it_back_and_may_not_decide(in_review, writer_client):
    page = writer_client.get(address_of(in_review)).rendered_content
    assert "Approve revision" not in page
    assert "Return it with the reason" not in page
    assert "Not approved. Only editors approve." in said(press(writer_client, in_review, "approve"))
    assert "Taken back" in said(press(writer_client, in_review, "take_back"))
    assert state_of(in_review) == State.DRAFT


def test_the_form_says_that_an_edit_after_the_approval_needs_another(in_review, editor, writer, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    in_review.refresh_from_db()
    in_review.headline = "Why the north pier stays shut until spring"
    in_review.save()
    revisions.record_revision(in_review, by=writer)
    page = writer_client.get(address_of(in_review)).rendered_content
    assert "Revision 1 was approved; you are editing 2: it needs approval again." in page
    assert 'value="submit"' in page


def test_what_is_approved_is_not_offered_for_review_again(in_review, editor, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    assert 'value="submit"' not in writer_client.get(address_of(in_review)).rendered_content


def test_enter_in_a_field_saves_and_never_approves(in_review, editor_client):
    page = editor_client.get(address_of(in_review)).rendered_content
    form = page[page.index('id="story_form"') :]
    assert form.index('value="save"') < form.index('value="approve"')


def test_where_review_is_asked_for_the_form_says_why_nothing_can_be_published(
    in_review, editor, editor_client, settings
):
    settings.REQUIRE_APPROVAL = True
    page = editor_client.get(address_of(in_review)).rendered_content
    assert 'value="publish"' not in page
    assert 'value="schedule"' not in page
    assert "Revision 1 goes out once somebody has approved it; it is in review." in page
    answer = press(editor_client, in_review, "publish")
    assert "it is in review" in said(answer)
    assert not Edition.objects.exists()
    review.approve(in_review, by=editor, revision_number=1)
    assert 'value="publish"' in editor_client.get(address_of(in_review)).rendered_content
    press(editor_client, in_review, "publish")
    assert Edition.objects.count() == 1
    assert state_of(in_review) == State.DRAFT


def test_the_screen_of_publishing_says_it_too(story, editor_client, settings):
    address = reverse("admin:stories_story_publish", args=[story.pk])
    assert "It is not approved" not in editor_client.get(address).rendered_content
    settings.REQUIRE_APPROVAL = True
    page = editor_client.get(address).rendered_content
    assert "Nothing goes out here before somebody else has approved it." in page
    assert 'disabled aria-describedby="missing"' in page


def test_a_question_that_would_go_along_is_named_where_it_lacks_approval(writer, editor, settings):
    settings.REQUIRE_APPROVAL = True
    faq = make_question(question="May lorries use it again?", owner=writer)
    story = make_story(owner=writer, questions=(faq,))
    review.send_for_review(story, by=writer)
    review.approve(story, by=editor, revision_number=1)
    with pytest.raises(review.NotApprovedError, match="The question “May lorries use it again\\?”: Nothing goes out"):
        publishing.publish(story, by=editor, with_questions=[faq])


def queue(client, title):
    return next((each for each in client.get(reverse("admin:index")).context["queues"] if each.title == title), None)


def test_the_home_lists_what_is_in_review_by_age_and_with_whom_it_is(writer, editor, editor_client, set_time):
    opened, sent, elsewhere = (make_story(owner=writer) for _ in range(3))
    for work, to in ((opened, None), (sent, editor), (elsewhere, make_user(username="jonas"))):
        review.send_for_review(work, by=writer, to=to, note="The tonnes are new." if to == editor else "")
        set_time.go(hours=1)
    found = queue(editor_client, "In review, oldest first")
    assert [(entry.thing, entry.step, entry.age) for entry in found.entries] == [
        (opened.headline, "Review", "3 h"), (sent.headline, "Review", "2 h"), (elsewhere.headline, "Read", "1 h"),
    ]  # fmt: skip
    assert found.entries[0].detail == "Revision 1 by writer, with nobody yet"
    assert found.entries[1].detail == "Revision 1 by writer, with you. The tonnes are new."
    assert found.entries[2].detail == "Revision 1 by writer, with jonas"
    assert [entry.thing for entry in queue(editor_client, "Waiting for you").entries] == [sent.headline]


def test_what_i_sent_myself_is_somebody_else_s_to_review(editor, editor_client):
    review.send_for_review(make_story(owner=editor), by=editor)
    assert [entry.step for entry in queue(editor_client, "In review, oldest first").entries] == ["Read"]
    assert queue(editor_client, "Waiting for you").entries == []


def test_the_home_lists_what_was_returned_to_me_with_the_reason(in_review, editor, editor_client, writer_client):
    review.return_to_writer(in_review, by=editor, reason="Who weighed the lorries?", revision_number=1)
    (entry,) = queue(writer_client, "Returned to you").entries
    assert entry.detail == "Ana Kestrel: “Who weighed the lorries?”"
    assert queue(editor_client, "Returned to you").entries == []


def test_the_home_lists_what_is_approved_and_waits_for_its_publication(in_review, editor, editor_client, writer_client):
    review.approve(in_review, by=editor, revision_number=1)
    assert [entry.thing for entry in queue(editor_client, "Approved, not published").entries] == [in_review.headline]
    assert queue(writer_client, "Approved, not published") is None
    publishing.publish(in_review, by=editor)
    assert queue(editor_client, "Approved, not published") is None


def test_lists_say_and_ask_how_a_work_stands_in_review(in_review, editor, editor_client):
    make_story()
    listing = reverse("admin:stories_story_changelist")
    page = editor_client.get(f"{listing}?review=in_review")
    assert [story.pk for story in page.context["cl"].result_list] == [in_review.pk]
    assert "Draft; in review" in page.rendered_content


def test_a_new_story_and_a_new_owner_stand_in_the_record(writer, writer_client, editor):
    story = make_story(owner=writer)
    press(writer_client, story, "save", owner=str(editor.pk))
    page = writer_client.get(reverse("admin:stories_story_audit_log", args=[story.pk])).rendered_content
    assert "writer gave it to Ana Kestrel." in page


def test_a_save_that_is_joined_with_another_is_recorded_once(story, writer, writer_client, editor, editor_client):
    form = filled(writer_client.get(address_of(story)))
    press(editor_client, story, "save", standfirst="Lorries wait until spring.")
    writer_client.post(address_of(story), form | {"owner": str(editor.pk), "_continue": "save"})
    story.refresh_from_db()
    assert (story.owner, story.standfirst) == (editor, "Lorries wait until spring.")
    assert [event.verb for event in Event.objects.about(story.uid)] == ["given over"]


def test_a_work_shows_its_own_record(in_review, editor, writer_client):
    review.return_to_writer(in_review, by=editor, reason="Who weighed the lorries?", revision_number=1)
    page = writer_client.get(reverse("admin:stories_story_audit_log", args=[in_review.pk])).rendered_content
    assert page.index("Ana Kestrel returned revision 1.") < page.index("writer sent revision 1 to review.")
    assert "“Who weighed the lorries?”" in page


def test_a_long_record_is_read_in_pages(story, writer, writer_client):
    for _ in range(26):
        review.send_for_review(story, by=writer)
        review.end_review(story, by=writer)
    address = reverse("admin:stories_story_audit_log", args=[story.pk])
    assert "Page 1 of 2" in writer_client.get(address).rendered_content
    assert len(writer_client.get(f"{address}?p=2").context["entries"]) == 2


def test_the_record_of_what_was_only_saved_says_so(story, writer_client):
    page = writer_client.get(reverse("admin:stories_story_audit_log", args=[story.pk])).rendered_content
    assert "Nothing was done with it yet but saving" in page


def is_ticked(client, story) -> bool:
    form = client.get(address_of(story)).context["inline_admin_formsets"]
    asked = next(rows.formset for rows in form if rows.formset.prefix == "story_questions")
    return bool(asked.forms[0].initial.get("goes_out"))


def test_a_question_in_review_does_not_go_along_unasked(editor, editor_client, settings):
    faq = make_question(owner=editor)
    story = make_story(questions=(faq,))
    assert is_ticked(editor_client, story)
    review.send_for_review(faq, by=editor)
    assert not is_ticked(editor_client, story)
    review.end_review(faq, by=editor)
    settings.REQUIRE_APPROVAL = True
    assert not is_ticked(editor_client, story)


def test_a_character_that_no_database_keeps_is_left_out_of_the_words(story, writer_client, editor_client):
    press(writer_client, story, "submit", review_note="The tonnes\0 are new.")
    press(editor_client, story, "return", review_reason="Too\0 long.", review_state="in_review")
    assert [event.reason for event in Event.objects.about(story.uid)[:2]] == ["Too long.", "The tonnes are new."]
