"""Comments on a work at the desk: their page without JavaScript, and the JSON for scripts."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from newsroom.http import clock
from stories.drafts import revisions
from stories.models import Comment
from stories.workflow import comments
from tests.factories import make_question, make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def story():
    return make_story(texts={"happened": "The sea came in at three. Nobody was warned."})


def comments_address(work):
    kind = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{kind}_comments", args=[work.pk])


def get_text_key(work):
    return f"sections.{revisions.get_newest_revision(work).document.value().sections[0].uid}.text"


def test_comments_work_without_javascript(client, editor, story):
    form = {"do": "comment", "comment-text": "By whom?", "comment-quote": "nobody was warned"}
    response = client.post(comments_address(story), form)
    comment = Comment.objects.get()
    assert response.status_code == 302
    assert response.url == f"{comments_address(story)}#comment-{comment.uid}"
    html = client.get(comments_address(story)).content.decode()
    assert '<mark class="commented">Nobody was warned</mark>' in html
    client.post(comments_address(story), {"do": f"reply:{comment.uid}", f"reply-{comment.uid}": "By all."})
    client.post(comments_address(story), {"do": f"resolve:{comment.uid}"})
    comment.refresh_from_db()
    assert comment.resolved_by == editor
    assert '<details class="resolved">' in client.get(comments_address(story)).content.decode()
    client.post(comments_address(story), {"do": f"reopen:{comment.uid}"})
    comment.refresh_from_db()
    assert comment.resolved_at is None
    assert '<details class="resolved">' not in client.get(comments_address(story)).content.decode()


def test_questions_have_a_page_of_comments(client, editor):
    question = make_question()
    client.post(comments_address(question), {"comment-text": "Why?", "comment-place": "question"})
    assert "Why?" in client.get(comments_address(question)).content.decode()


def test_a_refused_comment_is_shown_again_with_the_reason(client, editor, story):
    response = client.post(comments_address(story), {"comment-text": "Mind this", "comment-quote": "words of nobody"})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Mind this</textarea>" in html
    assert "words of nobody</textarea>" in html
    panel = response.context["comments_panel"]
    assert (panel.error_field, 'id="comment-problem"' in html) == ("quote", True)
    comment = comments.add_comment(story, "Why?", by=editor, at=clock.now())
    response = client.post(comments_address(story), {"do": f"reply:{comment.uid}", f"reply-{comment.uid}": "a" * 5_001})
    assert response.context["comments_panel"].error_field == "reply"
    problem = re.search(rf'id="problem-{comment.uid}"[^>]*>([^<]*)<', response.content.decode())
    assert problem
    assert "5,000" in problem[1]


def test_a_script_gets_the_comments_or_the_reason(client, editor, story):
    json = {"headers": {"accept": "application/json"}}
    accepted = client.post(
        comments_address(story), {"comment-text": "Why?", "comment-place": get_text_key(story)}, **json
    )
    assert accepted.json()["open"] == 1
    assert "Why?" in accepted.json()["html"]
    refused = client.post(comments_address(story), {"comment-text": ""}, **json)
    assert (refused.status_code, refused.json()["field"]) == (400, "text")
    assert refused.json()["error"]
    assert "Why?" in client.get(comments_address(story), {"quiet": ""}, **json).json()["html"]


@pytest.mark.parametrize("action", ["reply:", "resolve:no-uid", "reopen:\0", "erase:{uid}", "reply:" + "9" * 300, "x"])
def test_an_invalid_action_answers_404(client, editor, story, action):
    comment = comments.add_comment(story, "Why?", by=editor, at=clock.now())
    assert client.post(comments_address(story), {"do": action.format(uid=comment.uid)}).status_code == 404


def test_a_comment_on_another_work_answers_404(client, editor, story):
    comment = comments.add_comment(make_question(), "Why?", by=editor, at=clock.now())
    assert client.post(comments_address(story), {"do": f"resolve:{comment.uid}"}).status_code == 404


def test_users_who_may_only_read_cannot_comment(story, editor):
    comments.add_comment(story, "Why?", by=editor, at=clock.now())
    curator = Client()
    curator.force_login(make_user(role="Curator"))
    html = curator.get(comments_address(story)).content.decode()
    assert "Why?" in html
    assert "comments-form" not in html.replace('form="comments-form"', "")
    assert curator.post(comments_address(story), {"comment-text": "I may not"}).status_code == 403


def test_the_return_address_must_be_on_the_desk(client, editor, story):
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/stories/", "/admin/\\..//elsewhere"):
        response = client.post(comments_address(story), {"comment-text": "Why?", "comment-back": back})
        assert response.url.startswith(comments_address(story)) or response.url.startswith("/admin/")
    form = reverse(story.change_view_name, args=[story.pk])
    response = client.post(comments_address(story), {"comment-text": "Why?", "comment-back": form})
    assert response.url.startswith(f"{form}#comment-")


def test_the_form_shows_comments_and_the_field_of_each_text(client, editor, story):
    comments.add_comment(story, "By whom?", by=editor, at=clock.now(), quote="Nobody was warned")
    html = client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert "By whom?" in html
    assert f'value="{get_text_key(story)}" data-field-id="id_sections-0-text"' in html


def test_more_comments_take_no_more_queries(client, editor, story, django_assert_max_num_queries):
    for _ in range(2):
        comment = comments.add_comment(
            story, f"@{editor.username} By whom?", by=editor, at=clock.now(), quote="Nobody was warned"
        )
        comments.add_reply(comment, "By all.", by=editor, at=clock.now())
    client.get(comments_address(story))
    with django_assert_max_num_queries(14) as queries:
        client.get(comments_address(story))
    for _ in range(5):
        comment = comments.add_comment(story, "By whom?", by=editor, at=clock.now())
        comments.resolve_thread(comment, by=editor, at=clock.now())
    with django_assert_max_num_queries(len(queries)):
        client.get(comments_address(story))


def test_people_are_offered_by_name_with_their_role_and_namesakes_with_their_username(client, editor):
    make_user(username="ida", first_name="Ida", last_name="Sund", role="Writer")
    make_user(username="zoe1", first_name="Zoë", last_name="Adebar", role="Writer")
    make_user(username="zoe2", first_name="Zoë", last_name="Adebar", role="Editor")
    make_user(username="left", first_name="Lea", last_name="Left", is_active=False)
    story = make_story()
    page = client.get(reverse(story.view_name("comments"), args=[story.pk]))
    people = page.context["comments_panel"].people
    assert [(person.name, person.label) for person in people] == [
        ("Ida Sund", "Ida Sund, writer"),
        ("zoe1", "Zoë Adebar (zoe1), writer"),
        ("zoe2", "Zoë Adebar (zoe2), editor"),
    ]
