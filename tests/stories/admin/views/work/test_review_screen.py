"""The screen on which a text is read: beside what somebody knows, with the decision and comments, and without a write on GET."""

from datetime import timedelta

import pytest
from django.urls import reverse

from newsroom.accounts.models import User
from stories import publishing
from stories.drafts import revisions
from stories.models import Comment, Freshness, LastLook, State, Work
from stories.publishing import review
from stories.workflow import trash
from tests.clocks import MONDAY
from tests.conftest import signed_in
from tests.factories import make_published_question, make_published_story, make_question, make_story, make_user, update
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db


def at(work, screen="review"):
    model = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{model}_{screen}", args=[work.pk])


def rewritten(story, words, *, by):
    """Save a revision in which the first section says ``words``."""
    section = story.sections.first()
    section.text = words
    section.save()
    return revisions.record_revision(story, by=by)


@pytest.fixture
def story(writer):
    story = make_published_story(owner=writer, texts={"happened": "The sea came in at three."})
    rewritten(story, "The sea came in at four.", by=writer)
    return story


def shown(response):
    return [(each.code, each.number) for each in response.context["comparison_bases"]], response.context[
        "comparison_base"
    ]


@pytest.mark.parametrize("make", [make_story, make_question])
def test_a_draft_that_nobody_knows_is_read_whole(editor_client, make):
    work = make()
    response = editor_client.get(at(work))
    assert shown(response) == ([], None)
    assert next(each.label for each in response.context["texts"]) in {"Headline", "Question"}


def test_what_readers_saw_is_compared_first_for_somebody_who_never_looked(editor_client, story):
    response = editor_client.get(at(story))
    assert shown(response)[0] == [("live", 1)]
    assert response.context["comparison"].summary.startswith("1 section edited")
    assert "The sea came in at" in editor_client.get(at(story), {"since": "text"}).content.decode()


def test_what_somebody_looked_at_last_is_compared_first(editor, editor_client, writer, story):
    LastLook.objects.note(story, by=editor, number=2, at=MONDAY)
    rewritten(story, "The sea came in at five.", by=writer)
    response = editor_client.get(at(story))
    assert shown(response)[0] == [("look", 2), ("live", 1)]
    assert shown(response)[1].number == 2
    assert "five" in response.content.decode()


def test_since_my_review_means_the_revision_that_i_decided_on(editor, editor_client, writer, story):
    review.send_for_review(story, by=writer)
    review.return_to_writer(story, by=editor, reason="Which tonnes?", revision_number=2)
    rewritten(story, "The sea came in at six.", by=writer)
    response = editor_client.get(at(story), {"since": "review"})
    assert ("review", 2) in shown(response)[0]
    assert shown(response)[1].number == 2
    assert signed_in(make_user()).get(at(story)).context["comparison_bases"][0].code == "live"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_screen_writes_nothing(editor_client, story, method):
    getattr(editor_client, method)(at(story))
    assert not LastLook.objects.exists()


def test_what_was_read_is_noted_once_and_never_backwards(editor, editor_client, story):
    for number in (2, 1, 2):
        assert editor_client.post(at(story, "mark_as_read"), {"number": number}).status_code == 302
    assert LastLook.objects.number_of(story, by=editor) == 2
    answer = editor_client.post(at(story, "mark_as_read"), {"number": 2}, headers={"Accept": "application/json"})
    assert answer.json() == {"number": 2}


@pytest.mark.parametrize("number", ["", "0", "3", "-1", "9" * 30, "two", "1\0"])
def test_a_revision_that_is_not_there_was_read_by_nobody(editor_client, story, number):
    assert editor_client.post(at(story, "mark_as_read"), {"number": number}).status_code == 404
    assert not LastLook.objects.exists()


@pytest.mark.parametrize("since", ["9", "9" * 9])
def test_a_comparison_with_a_revision_that_is_not_there_answers_404(editor_client, story, since):
    assert editor_client.get(at(story), {"since": since}).status_code == 404


@pytest.mark.parametrize("since", ["9" * 30, "never", "-1", "\0"])
def test_what_names_no_revision_shows_what_is_shown_unasked(editor_client, story, since):
    assert shown(editor_client.get(at(story), {"since": since}))[1].number == 1


# Deciding -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_review(story, writer):
    review.send_for_review(story, by=writer, note="The hour is new.")
    return story


def decide(client, work, step, **fields):
    form = filled(client.get(at(work)))
    return client.post(at(work), form | fields | {"_continue": step}, follow=True)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def state_of(work):
    return State(Work.objects.get(pk=work.pk).state)


def test_an_editor_approves_from_the_text(in_review, editor_client):
    assert said(decide(editor_client, in_review, "approve")) == "Revision 2 is approved."
    assert state_of(in_review) == State.APPROVED


def test_an_editor_returns_it_with_a_reason(in_review, editor_client):
    assert said(decide(editor_client, in_review, "return", review_reason="Which sea?")) == "Returned, with your reason."
    assert Work.objects.get(pk=in_review.pk).review_reason == "Which sea?"


def test_a_return_without_a_reason_is_refused_in_a_sentence(in_review, editor_client):
    assert "Say why it is returned" in said(decide(editor_client, in_review, "return"))
    assert state_of(in_review) == State.IN_REVIEW


def test_what_was_saved_while_somebody_read_is_not_approved_unread(in_review, editor_client, writer):
    form = filled(editor_client.get(at(in_review)))
    rewritten(in_review, "The sea came in at seven.", by=writer)
    answer = editor_client.post(at(in_review), form | {"_continue": "approve"}, follow=True)
    assert "saved revision 3" in said(answer)
    assert state_of(in_review) == State.IN_REVIEW


def test_whoever_wrote_it_takes_it_back_and_does_not_decide(in_review, writer_client):
    page = writer_client.get(at(in_review)).content.decode()
    assert "Approve revision" not in page
    assert said(decide(writer_client, in_review, "take_back")).startswith("Taken back")


def test_a_curator_reads_compares_and_decides_nothing(in_review, curator_client):
    page = curator_client.get(reverse(in_review.desk_view, args=[in_review.pk]))
    assert page.context["comparison_base"].code == "live"
    assert "Your decision" not in page.content.decode()
    assert "Looked at again" not in page.content.decode()
    for step in ("approve", "return", "take_back", "publish"):
        assert curator_client.post(at(in_review), {"_continue": step, "base_revision": "2"}).status_code == 403
    assert curator_client.post(at(in_review, "fact_check")).status_code == 403
    assert state_of(in_review) == State.IN_REVIEW


def test_who_sees_no_works_sees_no_text(in_review, db):
    nobody = make_user(role="", username="nobody")
    nobody.is_staff = True
    nobody.save()
    client = signed_in(User.objects.get(pk=nobody.pk))
    assert client.get(at(in_review)).status_code == 403
    assert client.post(at(in_review, "mark_as_read"), {"number": 1}).status_code == 403


def test_what_lies_in_the_bin_is_read_and_taken_out_by_who_may(curator_client, editor, editor_client):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    assert curator_client.get(reverse(story.desk_view, args=[story.pk])).status_code == 200
    assert "Take it out of the bin" in editor_client.get(reverse(story.desk_view, args=[story.pk])).content.decode()


# Commenting, looking again --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["live", "text"])
def test_a_change_is_commented_on_where_it_stands(in_review, editor_client, since):
    place = f"sections.{in_review.sections.first().uid}.text"
    page = editor_client.get(at(in_review), {"since": since}).content.decode()
    assert f'name="comment-place" value="{place}"' in page
    sent = {"do": "comment", "comment-place": place, "comment-text": "Whose clock?", "comment-back": at(in_review)}
    answer = editor_client.post(at(in_review, "comments"), sent)
    assert answer["Location"].startswith(at(in_review))
    assert Comment.objects.get().place == place
    assert "Whose clock?" in editor_client.get(at(in_review), {"since": since}).content.decode()


def test_a_comment_on_what_did_not_change_stands_above_the_changes(in_review, editor_client):
    sent = {"do": "comment", "comment-place": "headline", "comment-text": "Too long."}
    editor_client.post(at(in_review, "comments"), sent)
    response = editor_client.get(at(in_review), {"since": "live"})
    assert [thread.first.text for thread in response.context["unplaced_threads"]] == ["Too long."]
    assert editor_client.get(at(in_review), {"since": "text"}).context["unplaced_threads"] == []


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_a_look_with_the_sources_in_hand_is_noted_beside_the_text(set_time, editor_client, writer, make):
    work = make(owner=writer)
    set_time.go(hours=1)
    assert "Looked at again" in editor_client.get(at(work)).content.decode()
    response = editor_client.post(at(work, "fact_check"), {"review_by": "2031-05-01"}, follow=True)
    assert said(response) == "Checked today. Look again by 1 May 2031."
    assert Freshness.objects.of(work.uid).checked_on == MONDAY.date()
    refused = editor_client.post(at(work, "fact_check"), {"review_by": "2030-05-01"})
    assert "That day is past" in refused.content.decode()


def test_nothing_to_check_is_offered_of_what_readers_never_saw(editor_client):
    assert "Looked at again" not in editor_client.get(at(make_story())).content.decode()


def test_the_screen_costs_no_more_with_more_revisions(
    editor, editor_client, writer, story, django_assert_max_num_queries
):
    editor_client.get(at(story))
    for number in range(5):
        rewritten(story, f"The sea came in {number} times.", by=writer)
    publishing.publish(story, by=editor, change=update())
    with django_assert_max_num_queries(40):
        editor_client.get(at(story))


def test_a_question_is_read_by_its_answers(set_time, editor_client, writer):
    faq = make_published_question(owner=writer)
    set_time.go(to=MONDAY + timedelta(days=1))
    response = editor_client.get(at(faq), {"since": "text"})
    assert any(each.key.startswith("answers.") for each in response.context["texts"])
