"""Writing a story on its form."""

import pytest
from django.urls import reverse

from stories import revisions
from stories.models import Story
from tests.factories import make_story, make_user
from tests.stories.admin.filling import filled

pytestmark = pytest.mark.django_db


def test_a_new_story_opens_with_the_four_sections_and_its_author_as_the_owner(client):
    editor = make_user(role="Editor")
    client.force_login(editor)
    page = client.get(reverse("admin:stories_story_add"))
    form = filled(page)
    assert [form[f"sections-{n}-kind"] for n in range(4)] == ["happened", "behind", "papers", "background"]
    assert form["owner"] == str(editor.pk)


def test_a_new_story_is_saved_with_its_sections_and_one_revision(client):
    client.force_login(make_user(role="Editor"))
    form = filled(client.get(reverse("admin:stories_story_add")))
    form |= {"headline": "Why the ferry to Norrhavn is late", "sections-0-text": "The ferry came late on Monday."}
    response = client.post(reverse("admin:stories_story_add"), form | {"_continue": "save"})
    assert response.status_code == 302, filled(response)
    story = Story.objects.get()
    assert story.slug == "why-the-ferry-to-norrhavn-is-late"
    assert [section.kind for section in story.sections.all()] == ["happened", "behind", "papers", "background"]
    assert revisions.newest_of(story).document.value().sections[0].text == "The ferry came late on Monday."


def test_a_save_that_changes_nothing_keeps_no_revision(client):
    client.force_login(make_user(role="Editor"))
    story = make_story()
    address = reverse("admin:stories_story_change", args=[story.pk])
    client.post(address, filled(client.get(address)) | {"_continue": "save"})
    assert story.revisions.count() == 1
