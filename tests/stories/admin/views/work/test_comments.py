"""The comments of a work at the desk: on their own page without scripts, and as a script asks for them."""

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


def page(work):
    kind = "story" if work.kind == "story" else "faq"
    return reverse(f"admin:stories_{kind}_comments", args=[work.pk])


def place_of(work):
    return f"sections.{revisions.get_newest_revision(work).document.value().sections[0].uid}.text"


def test_a_comment_is_written_answered_and_resolved_without_a_script(client, editor, story):
    sent = {"do": "comment", "comment-text": "By whom?", "comment-quote": "nobody was warned"}
    response = client.post(page(story), sent)
    made = Comment.objects.get()
    assert response.status_code == 302
    assert response.url == f"{page(story)}#comment-{made.uid}"
    shown = client.get(page(story)).content.decode()
    assert '<mark class="commented">Nobody was warned</mark>' in shown
    client.post(page(story), {"do": f"reply:{made.uid}", f"reply-{made.uid}": "By all."})
    client.post(page(story), {"do": f"resolve:{made.uid}"})
    made.refresh_from_db()
    assert made.resolved_by == editor
    assert "1 resolved" in client.get(page(story)).content.decode()
    client.post(page(story), {"do": f"reopen:{made.uid}"})
    made.refresh_from_db()
    assert made.resolved_at is None


def test_a_question_has_the_same_page(client, editor):
    question = make_question()
    client.post(page(question), {"comment-text": "Why?", "comment-place": "question"})
    assert "Why?" in client.get(page(question)).content.decode()


def test_what_was_refused_stands_in_the_form_again_with_the_reason(client, editor, story):
    response = client.post(page(story), {"comment-text": "Mind this", "comment-quote": "words of nobody"})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "Mind this</textarea>" in shown
    assert "words of nobody</textarea>" in shown
    assert "These words are not in what was saved last" in shown
    made = comments.add_comment(story, "Why?", by=editor, at=clock.now())
    response = client.post(page(story), {"do": f"reply:{made.uid}", f"reply-{made.uid}": "a" * 5_001})
    assert "at most 5,000 characters" in response.content.decode()


def test_a_script_gets_the_comments_or_the_reason(client, editor, story):
    json = {"headers": {"accept": "application/json"}}
    good = client.post(page(story), {"comment-text": "Why?", "comment-place": place_of(story)}, **json)
    assert good.json()["open"] == 1
    assert "Why?" in good.json()["html"]
    bad = client.post(page(story), {"comment-text": ""}, **json)
    assert (bad.status_code, bad.json()) == (400, {"error": "Write what you want to say.", "field": "text"})
    assert "Why?" in client.get(page(story), {"quiet": ""}, **json).json()["html"]


@pytest.mark.parametrize("do", ["reply:", "resolve:no-uid", "reopen:\0", "erase:{uid}", "reply:" + "9" * 300, "x"])
def test_what_names_no_comment_is_not_found(client, editor, story, do):
    made = comments.add_comment(story, "Why?", by=editor, at=clock.now())
    assert client.post(page(story), {"do": do.format(uid=made.uid)}).status_code == 404


def test_a_comment_of_another_work_is_not_found_here(client, editor, story):
    made = comments.add_comment(make_question(), "Why?", by=editor, at=clock.now())
    assert client.post(page(story), {"do": f"resolve:{made.uid}"}).status_code == 404


def test_who_may_only_read_reads_and_cannot_write(story, editor):
    comments.add_comment(story, "Why?", by=editor, at=clock.now())
    curator = Client()
    curator.force_login(make_user(role="Curator"))
    shown = curator.get(page(story)).content.decode()
    assert "Why?" in shown
    assert "comments-form" not in shown.replace('form="comments-form"', "")
    assert curator.post(page(story), {"comment-text": "I may not"}).status_code == 403


def test_the_way_back_leads_only_into_the_desk(client, editor, story):
    for back in ("https://elsewhere.example/", "//elsewhere.example", "/stories/", "/admin/\\..//elsewhere"):
        response = client.post(page(story), {"comment-text": "Why?", "comment-back": back})
        assert response.url.startswith(page(story)) or response.url.startswith("/admin/")
    form = reverse(story.desk_view, args=[story.pk])
    response = client.post(page(story), {"comment-text": "Why?", "comment-back": form})
    assert response.url.startswith(f"{form}#comment-")


def test_the_form_shows_the_comments_and_names_the_field_of_each_text(client, editor, story):
    comments.add_comment(story, "By whom?", by=editor, at=clock.now(), quote="Nobody was warned")
    shown = client.get(reverse(story.desk_view, args=[story.pk])).content.decode()
    assert "By whom?" in shown
    assert f'value="{place_of(story)}" data-field-id="id_sections-0-text"' in shown


def test_many_comments_cost_no_more_queries_than_one(client, editor, story, django_assert_max_num_queries):
    for _ in range(2):
        made = comments.add_comment(story, "@nobody By whom?", by=editor, at=clock.now(), quote="Nobody was warned")
        comments.add_reply(made, "By all.", by=editor, at=clock.now())
    client.get(page(story))
    with django_assert_max_num_queries(14) as few:
        client.get(page(story))
    for _ in range(5):
        made = comments.add_comment(story, "By whom?", by=editor, at=clock.now())
        comments.resolve_thread(made, by=editor, at=clock.now())
    with django_assert_max_num_queries(len(few)):
        client.get(page(story))
