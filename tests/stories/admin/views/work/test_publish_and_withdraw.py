"""Publishing from the form, withdrawing, and the trash."""

import pytest
from django.urls import reverse

from stories.models import Edition, EditionKind
from tests.factories import (
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
    reduce_checks_to_hints,
)
from tests.outcomes import list_errors, list_levels
from tests.stories.admin.form_data import filled


def test_save_and_publish_publishes_the_saved_text(editor, save):
    story = make_story(headline="Why the ferry to Norrhavn is late")
    save(story, then="publish", headline="Why the ferry to Norrhavn was late all week", note="The week is over.")
    edition = Edition.objects.get(work=story)
    assert edition.title == "Why the ferry to Norrhavn was late all week"
    assert edition.note == "The week is over."
    assert edition.published_by == editor


def test_a_new_story_can_be_published_with_its_first_save(client, editor):
    reduce_checks_to_hints()
    address = reverse("admin:stories_story_add")
    form = filled(client.get(address)) | {
        "headline": "Why the ferry to Norrhavn is late",
        "headline_confirmed": "on",
        "sections-0-text": "The ferry came late on Monday.",
        "_continue": "publish",
    }
    client.post(address, form)
    assert Edition.objects.get().title == "Why the ferry to Norrhavn is late"


def test_ticked_questions_are_published_with_the_story(editor, save):
    ticked, other = make_question(), make_question()
    story = make_story(questions=(ticked, other))
    save(story, then="publish", story_questions__0__goes_out="on")
    assert set(Edition.objects.values_list("work", flat=True)) == {story.pk, ticked.pk}


def test_a_question_that_this_user_saved_last_is_preselected(client, editor):
    own, other = make_question(owner=editor), make_question(owner=make_user())
    story = make_story(questions=(own, other))
    form = filled(client.get(reverse(story.change_view_name, args=[story.pk])))
    assert form.get("story_questions-0-goes_out") == "on"
    assert "story_questions-1-goes_out" not in form


def test_a_blocker_is_shown_with_a_link_to_its_field(client, editor, save):
    story = make_story(topics=(make_topic(),))
    response = save(story, then="publish", headline_confirmed="", work_topics__0__name="Philippa Oduya-Brandt")
    page = client.get(response.url).content.decode()
    address = reverse(story.change_view_name, args=[story.pk])
    assert list_levels(response) == ["error"]
    assert f'href="{address}#id_work_topics-0-name"' in page
    assert 'id="id_work_topics-0-name"' in page
    story.refresh_from_db()
    assert story.work_topics.get().proposed_name == "Philippa Oduya-Brandt"
    assert not story.editions.exists()


def test_a_blocker_of_a_question_is_shown_with_a_link_to_its_form(client, editor, save):
    unanswered = make_question(question="Who pays for it?", answers=0)
    story = make_story(questions=(unanswered,))
    response = save(story, then="publish", story_questions__0__goes_out="on")
    page = client.get(response.url).content.decode()
    link = f'href="{reverse(unanswered.change_view_name, args=[unanswered.pk])}#rows-answers"'
    assert f"<li><a {link}>Who pays for it?: " in page


def test_a_writer_who_tries_to_publish_only_saves(client, save):
    client.force_login(make_user(role="Writer"))
    story = make_story()
    response = save(story, then="publish", standfirst="The week is over.")
    assert list_levels(response) == ["error"]
    story.refresh_from_db()
    assert story.standfirst == "The week is over."
    assert not story.editions.exists()


def test_a_page_is_withdrawn_with_a_notice(client, editor):
    story = make_published_story()
    client.post(reverse("admin:stories_story_withdraw", args=[story.pk]), {"notice": "It named the wrong pier."})
    notice = Edition.objects.filter(work=story).latest("number")
    assert notice.kind == EditionKind.NOTICE
    assert notice.notice == "It named the wrong pier."


def test_a_notice_can_suggest_another_page_by_its_address(client, editor):
    story, other = make_published_story(), make_published_story()
    address = reverse("admin:stories_story_withdraw", args=[story.pk])
    for wrong in ("/topics/", "https://elsewhere.example/stories/pier/", f"/stories/{make_story().slug}/"):
        response = client.post(address, {"notice": "It named the wrong pier.", "instead": wrong})
        assert list(response.context["form"].errors) == ["instead"]
    client.post(address, {"notice": "It named the wrong pier.", "instead": f"http://testserver/stories/{other.slug}/"})
    assert Edition.objects.filter(work=story).latest("number").instead == other.uid


def test_readers_are_redirected_only_to_another_page(client, editor):
    story, other = make_published_story(slug="pier"), make_published_story(slug="crane")
    address = reverse("admin:stories_story_withdraw", args=[story.pk])
    response = client.post(address, {"notice": "It named the wrong pier.", "redirects": "on"})
    assert list(response.context["form"].errors) == ["instead"]
    sent = {"notice": "It named the wrong pier.", "redirects": "on", "hides_title": "on", "instead": "/stories/crane/"}
    client.post(address, sent)
    notice = Edition.objects.filter(work=story).latest("number")
    assert (notice.redirects, notice.instead, notice.title) == (True, other.uid, "")
    assert client.get("/stories/pier/")["Location"] == "/stories/crane/"


def test_a_withdrawal_without_a_notice_is_refused(client, editor):
    story = make_published_story()
    response = client.post(reverse("admin:stories_story_withdraw", args=[story.pk]), {"notice": " "})
    assert list_errors(response.context["form"]) == [("notice", "required")]
    assert Edition.objects.get(work=story).kind == EditionKind.PAGE


def test_a_draft_can_be_moved_to_the_trash_and_restored(client, editor):
    story = make_story(headline="Why the ferry to Norrhavn is late")
    listing = reverse("admin:stories_story_changelist")
    client.post(reverse("admin:stories_story_trash", args=[story.pk]))
    assert "Why the ferry" not in client.get(listing).rendered_content
    assert "Why the ferry" in client.get(listing, {"standing": "binned"}).rendered_content
    take_out = reverse("admin:stories_story_restore_from_trash", args=[story.pk])
    assert f'action="{take_out}"' in client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    client.post(take_out)
    story.refresh_from_db()
    assert story.binned_at is None
    assert f'action="{take_out}"' not in client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()


def test_a_published_page_cannot_be_moved_to_the_trash(client, editor):
    story = make_published_story()
    response = client.post(reverse("admin:stories_story_trash", args=[story.pk]), follow=True)
    assert list_levels(response) == ["error"]
    story.refresh_from_db()
    assert story.binned_at is None


@pytest.mark.parametrize("role", ["Writer", "Editor", "Curator", "Administrator"])
def test_no_role_can_delete_a_work(client, db, role):
    client.force_login(make_user(role=role))
    story = make_story()
    assert client.post(reverse("admin:stories_story_delete", args=[story.pk]), {"post": "yes"}).status_code == 403


def test_a_work_in_the_trash_cannot_be_edited(client, editor):
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    form = filled(client.get(address)) | {"_continue": "save", "standfirst": "Late."}
    client.post(reverse("admin:stories_story_trash", args=[story.pk]))
    assert client.post(address, form).status_code == 403
