"""Comments on shared drafts by people without an account. They see only comments made with their link, and replies."""

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

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(autouse=True)
def _clear_rate_limits():
    cache.clear()


@pytest.fixture
def creator():
    return make_user(role="Writer", first_name="Ana", last_name="Kestrel")


@pytest.fixture
def question():
    return make_question(question="Who may cross the pier on foot?")


@pytest.fixture
def story(question):
    return make_story(texts={"happened": "The sea came in at three. Nobody was warned."}, questions=(question,))


@pytest.fixture
def link(story, creator):
    return share(story, creator)


def share(work, creator, **options):
    options = {"label": "Qx the lawyer", "ends_at": clock.now() + timedelta(days=7), "takes_comments": True} | options
    return shared_previews.create_link(work, by=creator, **options)


def revise(story, text):
    story.sections.filter(kind="happened").update(text=text)
    return revisions.record_revision(story, by=None)


def post_comment(client, link, work, headers=None, **fields):
    shown = revisions.get_newest_revision(work).number if revisions.get_newest_revision(work) else 1
    form = {"text": "Is that so?", "about": str(work.uid), "shown": shown} | fields
    return client.post(f"/preview/{link.token}/comments/", form, headers=SAME_ORIGIN if headers is None else headers)


def test_a_comment_is_stored_with_the_label_of_the_link_and_the_revision(client, story, link):
    response = post_comment(client, link, story, quote="Nobody was warned", name="M. Holm")
    assert (response.status_code, response.url) == (303, f"/preview/{link.token}/#comments")
    comment = Comment.objects.get()
    assert (comment.author_label, comment.quote, comment.revision) == ("Qx the lawyer: M. Holm", "Nobody was warned", 1)
    page = client.get(f"/preview/{link.token}/")
    assertContains(page, "Is that so?")
    assertContains(page, "M. Holm")
    assertNotContains(page, "Qx the lawyer")
    assert not response.cookies
    assert "no-store" in page["Cache-Control"]


def test_people_with_a_link_see_replies_but_no_other_comments(client, story, link, creator):
    comments.add_comment(story, "He is a fool.", by=creator, at=clock.now())
    other = share(story, creator, label="Somebody else")
    post_comment(client, other, story, text="Said over another link")
    post_comment(client, link, story)
    comment = Comment.objects.get(text="Is that so?")
    comments.add_reply(comment, "It is so.", by=creator, at=clock.now())
    page = client.get(f"/preview/{link.token}/")
    assertContains(page, "It is so.")
    assertContains(page, "Ana Kestrel")
    assertNotContains(page, "He is a fool")
    assertNotContains(page, "Said over another link")


def test_a_question_of_the_draft_can_be_commented_on_too(client, story, question, link):
    response = post_comment(client, link, question, text="Who is that?")
    assert response.url == f"/preview/{link.token}/questions/{question.uid}/#comments"
    assert Comment.objects.get().work_id == question.pk
    assertContains(client.get(f"/preview/{link.token}/questions/{question.uid}/"), "Who is that?")
    assertNotContains(client.get(f"/preview/{link.token}/"), "Who is that?")


def test_a_link_without_comments_shows_no_form_and_answers_404(client, story, creator):
    read_only = share(story, creator, label="Reads only", takes_comments=False)
    assertNotContains(client.get(f"/preview/{read_only.token}/"), "/comments/")
    assert post_comment(client, read_only, story).status_code == 404
    assert not Comment.objects.exists()


def test_a_revoked_link_accepts_no_comments(client, story, link, creator):
    shared_previews.revoke_link(link.link, by=creator)
    assert post_comment(client, link, story).status_code == 404
    assert not Comment.objects.exists()


def test_a_passcode_is_required_before_commenting(client, story, creator):
    locked = share(story, creator, label="Locked", passcode="slate harbour")
    response = post_comment(client, locked, story)
    assert (response.status_code, response.url) == (302, f"/preview/{locked.token}/")
    assert not Comment.objects.exists()


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}])
def test_a_form_from_another_site_is_refused_and_keeps_the_typed_text(client, story, link, headers):
    response = post_comment(client, link, story, headers=headers, text="Sent from elsewhere")
    assert response.status_code == 403
    assertContains(response, "Sent from elsewhere</textarea>", status_code=403)
    assert not Comment.objects.exists()


def test_spam_is_answered_like_a_comment_but_not_stored(client, story, link):
    assert post_comment(client, link, story, subject="Buy this").status_code == 303
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("text", " \x00 ", "required"),
        ("text", "a" * 5_001, "max_length"),
        ("name", "a" * 200, "max_length"),
        ("shown", "9" * 30, "max_value"),
        ("quote", "q" * 2_000, "max_length"),
    ],
)
def test_an_invalid_comment_is_shown_again_with_the_reason(client, story, link, field, value, code):
    response = post_comment(client, link, story, **{field: value})
    errors = response.context["discussion"].form.errors.as_data()
    assert {name: [error.code for error in errors[name]] for name in errors} == {field: [code]}
    assertContains(response, '<div class="not-sent" role="alert">', status_code=422)
    assert not Comment.objects.exists()


@pytest.mark.parametrize("about", ["", "none", "00000000-0000-4000-8000-000000000000"])
def test_only_works_that_the_link_shows_can_be_commented_on(client, story, link, about):
    assert post_comment(client, link, story, about=about).status_code == 404


def test_another_work_cannot_be_commented_on_with_the_link(client, link, story):
    assert post_comment(client, link, make_question()).status_code == 404
    assert not Comment.objects.exists()


def test_too_many_comments_are_refused(client, story, link, monkeypatch):
    monkeypatch.setattr(verbs, "MAX_COMMENTS_BY_ADDRESS", 2)
    statuses = [post_comment(client, link, story).status_code for _ in range(3)]
    assert statuses == [303, 303, 429]
    monkeypatch.setattr(verbs, "MAX_COMMENTS_BY_LINK", 2)
    assert post_comment(Client(REMOTE_ADDR="203.0.113.9"), link, story).status_code == 429
    assert Comment.objects.count() == 2


def test_an_oversized_comment_is_refused(client, story, link):
    assert post_comment(client, link, story, text="a" * 200_000).status_code == 400


def test_a_link_does_not_reveal_the_text_of_a_revision_that_it_never_showed(client, story, creator):
    revise(story, "Nobody but Joe Bloggs was warned.")
    revise(story, "One was warned.")
    pinned = share(story, creator, label="Pinned", revision=revisions.get_revision(story, 1))
    newest = share(story, creator, label="Newest")
    SharedPreview.objects.filter(pk=newest.link.pk).update(made_at=clock.now() + timedelta(minutes=1))
    for link in (pinned, newest):
        post_comment(client, link, story, shown=2, quote="joe bloggs")
        page = client.get(f"/preview/{link.token}/")
        assertContains(page, "joe bloggs")
        assertNotContains(page, "Joe Bloggs")
    assert list(Comment.objects.order_by("pk").values_list("revision", "place")) == [(1, ""), (3, "")]


def test_a_comment_refers_to_the_revision_that_was_shown_even_after_a_save(client, story, link):
    revise(story, "One was warned.")
    post_comment(client, link, story, shown=1, quote="nobody was warned")
    comment = Comment.objects.get()
    assert (comment.revision, comment.quote) == (1, "Nobody was warned")
