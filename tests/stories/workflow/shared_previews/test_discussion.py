"""Somebody without an account comments on a shared draft, and reads nothing of the desk but what answers them."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from newsroom.http import clock
from stories.drafts import revisions
from stories.models import Comment, SharedPreview
from stories.workflow import comments, shared_previews
from stories.workflow.comments import verbs
from tests.factories import make_question, make_story, make_user

pytestmark = pytest.mark.django_db

HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _no_tries_before():
    cache.clear()


@pytest.fixture
def maker():
    return make_user(role="Writer", first_name="Ana", last_name="Kestrel")


@pytest.fixture
def asked():
    return make_question(question="Who may cross the pier on foot?")


@pytest.fixture
def story(asked):
    return make_story(texts={"happened": "The sea came in at three. Nobody was warned."}, questions=(asked,))


@pytest.fixture
def made(story, maker):
    return share(story, maker)


def share(work, maker, **chosen):
    chosen = {"label": "Qx the lawyer", "ends_at": clock.now() + timedelta(days=7), "takes_comments": True} | chosen
    return shared_previews.create_link(work, by=maker, **chosen)


def revise(story, text):
    story.sections.filter(kind="happened").update(text=text)
    return revisions.record_revision(story, by=None)


def send(client, made, work, headers=None, **said):
    shown = revisions.get_newest_revision(work).number if revisions.get_newest_revision(work) else 1
    body = {"text": "Is that so?", "about": str(work.uid), "shown": shown} | said
    return client.post(f"/preview/{made.token}/comments/", body, headers=HERE if headers is None else headers)


def test_a_comment_comes_in_under_the_label_with_what_was_seen(client, story, made):
    response = send(client, made, story, quote="Nobody was warned", name="M. Holm")
    assert (response.status_code, response.url) == (303, f"/preview/{made.token}/#comments")
    comment = Comment.objects.get()
    assert (comment.author_label, comment.quote, comment.revision) == ("Qx the lawyer: M. Holm", "Nobody was warned", 1)
    page = client.get(f"/preview/{made.token}/")
    assertContains(page, "Is that so?")
    assertContains(page, "M. Holm")
    assertNotContains(page, "Qx the lawyer")
    assert not response.cookies
    assert "no-store" in page["Cache-Control"]


def test_they_read_answers_and_no_other_comment(client, story, made, maker):
    comments.add_comment(story, "He is a fool.", by=maker, at=clock.now())
    other = share(story, maker, label="Somebody else")
    send(client, other, story, text="Said over another link")
    send(client, made, story)
    mine = Comment.objects.get(text="Is that so?")
    comments.add_reply(mine, "It is so.", by=maker, at=clock.now())
    page = client.get(f"/preview/{made.token}/")
    assertContains(page, "It is so.")
    assertContains(page, "Ana Kestrel")
    assertNotContains(page, "He is a fool")
    assertNotContains(page, "Said over another link")


def test_a_question_of_the_draft_is_commented_on_as_well(client, story, asked, made):
    response = send(client, made, asked, text="Who is that?")
    assert response.url == f"/preview/{made.token}/questions/{asked.uid}/#comments"
    assert Comment.objects.get().work_id == asked.pk
    assertContains(client.get(f"/preview/{made.token}/questions/{asked.uid}/"), "Who is that?")
    assertNotContains(client.get(f"/preview/{made.token}/"), "Who is that?")


def test_a_link_that_takes_none_shows_no_form_and_answers_as_if_there_were_no_address(client, story, maker):
    silent = share(story, maker, label="Reads only", takes_comments=False)
    assertNotContains(client.get(f"/preview/{silent.token}/"), "/comments/")
    assert send(client, silent, story).status_code == 404
    assert not Comment.objects.exists()


def test_a_link_that_opens_nothing_takes_nothing(client, story, made, maker):
    shared_previews.revoke_link(made.link, by=maker)
    assert send(client, made, story).status_code == 404
    assert not Comment.objects.exists()


def test_a_passcode_is_asked_first(client, story, maker):
    locked = share(story, maker, label="Locked", passcode="slate harbour")
    response = send(client, locked, story)
    assert (response.status_code, response.url) == (302, f"/preview/{locked.token}/")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_a_form_from_elsewhere_is_refused_and_keeps_its_words(client, story, made, headers):
    response = send(client, made, story, headers=headers, text="Sent from elsewhere")
    assert response.status_code == 403
    assertContains(response, "Sent from elsewhere</textarea>", status_code=403)
    assert not Comment.objects.exists()


def test_a_machine_is_thanked_and_not_heard(client, story, made):
    assert send(client, made, story, subject="Buy this").status_code == 303
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    "said",
    [{"text": " \x00 "}, {"text": "a" * 5_001}, {"name": "a" * 200}, {"shown": "9" * 30}, {"quote": "q" * 2_000}],
)
def test_what_cannot_be_a_comment_comes_back_with_the_reason(client, story, made, said):
    response = send(client, made, story, **said)
    assertContains(response, "It was not sent yet.", status_code=422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("about", ["", "none", "00000000-0000-4000-8000-000000000000"])
def test_only_what_the_link_shows_can_be_commented_on(client, story, made, about):
    assert send(client, made, story, about=about).status_code == 404


def test_another_work_cannot_be_commented_on_over_the_link(client, made, story):
    assert send(client, made, make_question()).status_code == 404
    assert not Comment.objects.exists()


def test_too_many_are_stopped(client, story, made, monkeypatch):
    monkeypatch.setattr(verbs, "MAX_COMMENTS_BY_ADDRESS", 2)
    answers = [send(client, made, story).status_code for _ in range(3)]
    assert answers == [303, 303, 429]
    monkeypatch.setattr(verbs, "MAX_COMMENTS_BY_LINK", 2)
    assert send(Client(REMOTE_ADDR="203.0.113.9"), made, story).status_code == 429
    assert Comment.objects.count() == 2


def test_what_is_too_large_is_not_even_read(client, story, made):
    assert send(client, made, story, text="a" * 200_000).status_code == 400


def test_nobody_finds_out_over_a_link_what_stood_in_a_revision_that_it_never_showed(client, story, maker):
    revise(story, "Nobody but Joe Bloggs was warned.")
    revise(story, "One was warned.")
    pinned = share(story, maker, label="Pinned", revision=revisions.get_revision(story, 1))
    newest = share(story, maker, label="Newest")
    SharedPreview.objects.filter(pk=newest.link.pk).update(made_at=clock.now() + timedelta(minutes=1))
    for made in (pinned, newest):
        send(client, made, story, shown=2, quote="joe bloggs")
        page = client.get(f"/preview/{made.token}/")
        assertContains(page, "joe bloggs")
        assertNotContains(page, "Joe Bloggs")
    assert list(Comment.objects.order_by("pk").values_list("revision", "place")) == [(1, ""), (3, "")]


def test_a_comment_is_about_what_was_seen_though_somebody_saved_meanwhile(client, story, made):
    revise(story, "One was warned.")
    send(client, made, story, shown=1, quote="nobody was warned")
    comment = Comment.objects.get()
    assert (comment.revision, comment.quote) == (1, "Nobody was warned")
