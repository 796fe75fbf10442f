"""Slugs of stories whose headlines change."""

from django.urls import reverse

from stories.models import Story
from tests.factories import make_published_story, make_story
from tests.stories.admin.form_data import filled


def test_a_slug_derived_from_the_title_follows_the_title(client, editor, save):
    client.post(reverse("admin:stories_story_add"), filled(client.get(reverse("admin:stories_story_add"))))
    story = Story.objects.get()
    assert story.slug == "untitled-story"
    save(story, headline="Why the ferry is late")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late"
    save(story, headline="Why the ferry is late again")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late-again"


def test_a_slug_that_an_editor_chose_does_not_change(editor, save):
    story = make_story(headline="Why the ferry is late", slug="ferry")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "ferry"


def test_a_public_slug_does_not_change(editor, save):
    story = make_published_story(headline="Why the ferry is late", slug="why-the-ferry-is-late")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late"


def test_a_derived_slug_is_unique(editor, save):
    make_story(slug="why-no-ferry-comes")
    story = make_story(headline="Why the ferry is late", slug="why-the-ferry-is-late")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "why-no-ferry-comes-2"
