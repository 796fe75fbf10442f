"""The review screen: comparing the newest revision with a known one, deciding, commenting, and checking facts."""

import re
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
from tests.factories import (
    make_published_question,
    make_published_story,
    make_question,
    make_story,
    make_update,
    make_user,
)
from tests.outcomes import get_state, join_messages, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


# The form that records a fact check.
FACT_CHECK = 'id="again"'


def screen_address(work, screen="review"):
    model = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{model}_{screen}", args=[work.pk])


def rewrite_section(story, words, *, by):
    """Record a revision in which the text of the first section is ``words``."""
    section = story.sections.first()
    section.text = words
    section.save()
    return revisions.record_revision(story, by=by)


@pytest.fixture
def story(writer):
    story = make_published_story(owner=writer, texts={"happened": "The sea came in at three."})
    rewrite_section(story, "The sea came in at four.", by=writer)
    return story


def get_bases(response):
    return [(each.code, each.number) for each in response.context["comparison_bases"]], response.context[
        "comparison_base"
    ]


@pytest.mark.parametrize("make", [make_story, make_question])
def test_a_draft_without_a_known_revision_is_shown_whole(editor_client, make):
    work = make()
    response = editor_client.get(screen_address(work))
    assert get_bases(response) == ([], None)
    assert next(each.key for each in response.context["texts"]) in {"headline", "question"}


def test_a_user_who_has_read_nothing_compares_with_the_public_revision(editor_client, story):
    response = editor_client.get(screen_address(story))
    assert get_bases(response)[0] == [("live", 1)]
    assert [part.state for part in response.context["comparison"].parts] == ["edited"]
    assert "The sea came in at" in editor_client.get(screen_address(story), {"since": "text"}).content.decode()


def test_the_revision_that_the_user_last_read_is_the_default_base(editor, editor_client, writer, story):
    LastLook.objects.record_reading(story, by=editor, number=2, at=MONDAY)
    rewrite_section(story, "The sea came in at five.", by=writer)
    response = editor_client.get(screen_address(story))
    assert get_bases(response)[0] == [("look", 2), ("live", 1)]
    assert get_bases(response)[1].number == 2
    assert "five" in response.content.decode()


def test_since_your_review_compares_with_the_revision_that_the_user_decided_on(editor, editor_client, writer, story):
    review.send_for_review(story, by=writer)
    review.return_to_writer(story, by=editor, reason="Which tonnes?", revision_number=2)
    rewrite_section(story, "The sea came in at six.", by=writer)
    response = editor_client.get(screen_address(story), {"since": "review"})
    assert ("review", 2) in get_bases(response)[0]
    assert get_bases(response)[1].number == 2
    assert signed_in(make_user()).get(screen_address(story)).context["comparison_bases"][0].code == "live"


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_the_screen_writes_nothing(editor_client, story, method):
    getattr(editor_client, method)(screen_address(story))
    assert not LastLook.objects.exists()


def test_the_last_read_revision_never_goes_back(editor, editor_client, story):
    for number in (2, 1, 2):
        assert editor_client.post(screen_address(story, "mark_as_read"), {"number": number}).status_code == 302
    assert LastLook.objects.last_read_number(story, by=editor) == 2
    response = editor_client.post(
        screen_address(story, "mark_as_read"), {"number": 2}, headers={"Accept": "application/json"}
    )
    assert response.json() == {"number": 2}


@pytest.mark.parametrize("number", ["", "0", "3", "-1", "9" * 30, "two", "1\0"])
def test_an_unknown_revision_cannot_be_marked_as_read(editor_client, story, number):
    assert editor_client.post(screen_address(story, "mark_as_read"), {"number": number}).status_code == 404
    assert not LastLook.objects.exists()


@pytest.mark.parametrize("since", ["9", "9" * 9])
def test_a_comparison_with_an_unknown_revision_answers_404(editor_client, story, since):
    assert editor_client.get(screen_address(story), {"since": since}).status_code == 404


@pytest.mark.parametrize("since", ["9" * 30, "never", "-1", "\0"])
def test_an_invalid_base_falls_back_to_the_default(editor_client, story, since):
    assert get_bases(editor_client.get(screen_address(story), {"since": since}))[1].number == 1


# Deciding -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def in_review(story, writer):
    review.send_for_review(story, by=writer, note="The hour is new.")
    return story


def submit_step(client, work, step, **fields):
    form = filled(client.get(screen_address(work)))
    return client.post(screen_address(work), form | fields | {"_continue": step}, follow=True)


def test_an_editor_can_approve_on_the_screen(in_review, editor_client):
    response = submit_step(editor_client, in_review, "approve")
    assert (list_levels(response), re.findall(r"\d+", join_messages(response))) == (["success"], ["2"])
    assert get_state(in_review) == State.APPROVED


def test_an_editor_can_return_a_work_with_a_reason(in_review, editor_client):
    response = submit_step(editor_client, in_review, "return", review_reason="Which sea?")
    assert list_levels(response) == ["success"]
    assert Work.objects.get(pk=in_review.pk).review_reason == "Which sea?"
    assert get_state(in_review) == State.RETURNED


def test_a_return_without_a_reason_is_refused(in_review, editor_client):
    assert list_levels(submit_step(editor_client, in_review, "return")) == ["error"]
    assert get_state(in_review) == State.IN_REVIEW


def test_a_revision_saved_meanwhile_is_not_approved(in_review, editor_client, writer):
    form = filled(editor_client.get(screen_address(in_review)))
    rewrite_section(in_review, "The sea came in at seven.", by=writer)
    response = editor_client.post(screen_address(in_review), form | {"_continue": "approve"}, follow=True)
    assert list_levels(response) == ["error"]
    assert re.search(r"\bwriter\b.*\b3\b.*\b2\b", join_messages(response))
    assert get_state(in_review) == State.IN_REVIEW


def test_the_author_can_cancel_the_review_but_not_decide(in_review, writer_client):
    page = writer_client.get(screen_address(in_review)).content.decode()
    assert 'value="take_back"' in page
    assert 'value="approve"' not in page
    assert list_levels(submit_step(writer_client, in_review, "take_back")) == ["success"]
    assert get_state(in_review) == State.DRAFT


def test_curators_can_read_and_compare_but_not_decide(in_review, curator_client, editor_client):
    page = curator_client.get(reverse(in_review.change_view_name, args=[in_review.pk]))
    assert page.context["comparison_base"].code == "live"
    for hook in ('id="decide"', FACT_CHECK):
        assert hook in editor_client.get(screen_address(in_review)).content.decode()
        assert hook not in page.content.decode()
    for step in ("approve", "return", "take_back", "publish"):
        assert (
            curator_client.post(screen_address(in_review), {"_continue": step, "base_revision": "2"}).status_code == 403
        )
    assert curator_client.post(screen_address(in_review, "fact_check")).status_code == 403
    assert get_state(in_review) == State.IN_REVIEW


def test_users_who_may_not_see_works_cannot_open_the_screen(in_review, db):
    user = make_user(role="", username="nobody")
    user.is_staff = True
    user.save()
    client = signed_in(User.objects.get(pk=user.pk))
    assert client.get(screen_address(in_review)).status_code == 403
    assert client.post(screen_address(in_review, "mark_as_read"), {"number": 1}).status_code == 403


def test_a_work_in_the_trash_can_be_read_and_restored(curator_client, editor, editor_client):
    story = make_story()
    trash.move_to_trash(story, by=editor)
    assert curator_client.get(reverse(story.change_view_name, args=[story.pk])).status_code == 200
    restore = f'action="{screen_address(story, "restore_from_trash")}"'
    assert restore in editor_client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()


# Comments and fact checks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("since", ["live", "text"])
def test_a_change_can_be_commented_on_in_place(in_review, editor_client, since):
    place = f"sections.{in_review.sections.first().uid}.text"
    page = editor_client.get(screen_address(in_review), {"since": since}).content.decode()
    assert f'name="comment-place" value="{place}"' in page
    comment = {
        "do": "comment",
        "comment-place": place,
        "comment-text": "Whose clock?",
        "comment-back": screen_address(in_review),
    }
    response = editor_client.post(screen_address(in_review, "comments"), comment)
    assert response["Location"].startswith(screen_address(in_review))
    assert Comment.objects.get().place == place
    assert "Whose clock?" in editor_client.get(screen_address(in_review), {"since": since}).content.decode()


def test_a_comment_on_an_unchanged_text_appears_above_the_changes(in_review, editor_client):
    comment = {"do": "comment", "comment-place": "headline", "comment-text": "Too long."}
    editor_client.post(screen_address(in_review, "comments"), comment)
    response = editor_client.get(screen_address(in_review), {"since": "live"})
    assert [thread.first.text for thread in response.context["unplaced_threads"]] == ["Too long."]
    assert editor_client.get(screen_address(in_review), {"since": "text"}).context["unplaced_threads"] == []


@pytest.mark.parametrize("make", [make_published_story, make_published_question])
def test_a_fact_check_can_be_recorded_on_the_screen(set_time, editor_client, writer, make):
    work = make(owner=writer)
    set_time.go(hours=1)
    assert FACT_CHECK in editor_client.get(screen_address(work)).content.decode()
    response = editor_client.post(screen_address(work, "fact_check"), {"review_by": "2031-05-01"}, follow=True)
    assert list_levels(response) == ["success"]
    assert "1 May 2031" in join_messages(response)
    assert Freshness.objects.of(work.uid).checked_on == MONDAY.date()
    refused = editor_client.post(screen_address(work, "fact_check"), {"review_by": "2030-05-01"})
    # The error has no code, because the day is a valid date, but in the past.
    assert list_errors(refused.context["form"]) == [("review_by", None)]


def test_an_unpublished_draft_offers_no_fact_check(editor_client):
    assert FACT_CHECK not in editor_client.get(screen_address(make_story())).content.decode()


def test_the_screen_takes_no_more_queries_with_more_revisions(
    editor, editor_client, writer, story, django_assert_max_num_queries
):
    editor_client.get(screen_address(story))
    for number in range(5):
        rewrite_section(story, f"The sea came in {number} times.", by=writer)
    publishing.publish(story, by=editor, change=make_update())
    with django_assert_max_num_queries(40):
        editor_client.get(screen_address(story))


def test_a_question_is_shown_with_its_answers(set_time, editor_client, writer):
    faq = make_published_question(owner=writer)
    set_time.go(to=MONDAY + timedelta(days=1))
    response = editor_client.get(screen_address(faq), {"since": "text"})
    assert any(each.key.startswith("answers.") for each in response.context["texts"])
