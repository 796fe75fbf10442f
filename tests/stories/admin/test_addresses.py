"""What becomes of a page's address while its title is being found."""

from django.urls import reverse

from stories.models import Story
from tests.factories import make_published_story, make_story
from tests.stories.admin.filling import filled


def test_an_address_made_of_the_title_goes_with_the_title_until_readers_know_it(client, editor, save):
    client.post(reverse("admin:stories_story_add"), filled(client.get(reverse("admin:stories_story_add"))))
    story = Story.objects.get()
    assert story.slug == "untitled-story"
    save(story, headline="Why the ferry is late")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late"
    save(story, headline="Why the ferry is late again")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late-again"


def test_an_address_that_an_editor_chose_stays(editor, save):
    story = make_story(headline="Why the ferry is late", slug="ferry")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "ferry"


def test_an_address_that_readers_know_stays(editor, save):
    story = make_published_story(headline="Why the ferry is late", slug="why-the-ferry-is-late")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "why-the-ferry-is-late"


def test_the_new_address_is_a_free_one(editor, save):
    make_story(slug="why-no-ferry-comes")
    story = make_story(headline="Why the ferry is late", slug="why-the-ferry-is-late")
    save(story, headline="Why no ferry comes")
    story.refresh_from_db()
    assert story.slug == "why-no-ferry-comes-2"
