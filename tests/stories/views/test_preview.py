"""The preview: exactly the public page of what is saved, for people of the desk alone."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.asserts import assertContains, assertNotContains

from stories import publishing, revisions
from tests.conftest import signed_in
from tests.factories import (
    make_article,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_user,
)

pytestmark = pytest.mark.django_db


def address(work):
    return f"/preview/{work.uid}/"


def main_of(response):
    """Return what lies inside ``main``: banner and head apart, the page itself."""
    found = re.search(r"<main.*?</main>", response.content.decode(), re.DOTALL)
    assert found
    return re.sub(r'<time datetime="[^"]*">[^<]*</time>', "<time>", found[0])


def test_strangers_are_sent_to_sign_in_whether_the_draft_exists_or_not(client):
    story = make_story()
    nothing = "/preview/00000000-0000-4000-8000-000000000000/"
    for path in (address(story), nothing):
        response = client.get(path)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")


def test_an_account_without_a_role_may_not_see_it():
    story = make_story()
    assert signed_in(make_user(role="")).get(address(story)).status_code == 403


def test_a_writer_sees_what_is_saved_under_a_banner(writer_client):
    response = writer_client.get(address(make_story(headline="What nobody reads yet, not even here")))
    assertContains(response, "What nobody reads yet, not even here")
    assertContains(response, 'class="banner preview"')


def test_the_banner_leads_back_to_where_it_is_written(writer_client):
    story, question = make_story(), make_question()
    assertContains(writer_client.get(address(story)), f'href="/admin/stories/story/{story.pk}/change/"')
    assertContains(writer_client.get(address(question)), f'href="/admin/stories/faq/{question.pk}/change/"')


def test_nobody_keeps_or_finds_a_preview(writer_client):
    response = writer_client.get(address(make_story()))
    assert "private" in response["Cache-Control"]
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "ETag" not in response.headers


def test_it_is_the_page_that_readers_get_after_publishing(client, editor, editor_client):
    story = make_story(
        outlets=(make_outlet(), make_outlet()),
        topics=(make_topic(description="A pier."),),
        articles=(make_article(),),
        byline=("Ana Kestrel",),
        texts={"behind": "It had been cracked for years.[@1]"},
    )
    before = main_of(editor_client.get(address(story)))
    publishing.publish(story, by=editor)
    after = main_of(client.get(f"/stories/{story.slug}/"))
    assert re.sub(r", \d+ stor(y|ies), latest <time>", "", after) == before


def test_it_shows_the_newest_save_while_readers_see_the_old_one(client, editor_client):
    story = make_published_story()
    story.sections.filter(kind="background").update(text="Only the desk can read this sentence.")
    revisions.record(story, by=None)
    assertContains(editor_client.get(address(story)), "Only the desk can read this sentence.")
    assertNotContains(client.get(f"/stories/{story.slug}/"), "Only the desk can read this sentence.")


def test_a_question_has_a_preview_too(writer_client):
    response = writer_client.get(address(make_question(question="Who may cross the pier on foot?")))
    assertContains(response, "Who may cross the pier on foot?")
    assertContains(response, 'class="banner preview"')


def test_looking_at_a_preview_stores_nothing(writer_client):
    story = make_story()
    writer_client.get(address(story))
    with CaptureQueriesContext(connection) as queries:
        writer_client.get(address(story))
    written = [query["sql"] for query in queries if re.match("INSERT|UPDATE|DELETE", query["sql"])]
    assert written == []
