"""The *Translations* screen, on which a work is linked to its original."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from stories.models import Work
from stories.workflow.translations import link_translation
from tests.factories import make_published_story, make_question, make_story
from tests.outcomes import list_admin_errors, list_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


def screen_address(work):
    return reverse(f"admin:stories_{'story' if work.kind == 'story' else 'faq'}_translations", args=[work.pk])


def get_group(work):
    return Work.objects.get(pk=work.pk).translation_group


@pytest.mark.parametrize("words", ["Why the pier is closed", "pier", "http://testserver/stories/pier/"])
def test_the_original_can_be_entered_by_title_or_address(editor_client, words):
    english, german = make_story(slug="pier", headline="Why the pier is closed"), make_story(language="de")
    response = editor_client.post(screen_address(german), {"original": words})
    assertRedirects(response, screen_address(german))
    assert get_group(german) == english.uid
    assertContains(editor_client.get(screen_address(german)), "Why the pier is closed")
    assertContains(editor_client.get(screen_address(english)), german.headline)
    assertContains(editor_client.get(screen_address(english)), 'class="translation-list"')


def test_a_percent_encoded_address_is_found(editor_client):
    arabic, english = make_story(slug="ميناء", language="ar"), make_story()
    editor_client.post(
        screen_address(english), {"original": "http://testserver/stories/%D9%85%D9%8A%D9%86%D8%A7%D8%A1/"}
    )
    assert get_group(english) == arabic.uid


def test_an_empty_field_unlinks_a_translation(editor, editor_client):
    english, german = make_published_story(), make_published_story(language="de")
    link_translation(german, english, by=editor)
    response = editor_client.post(screen_address(german), {"original": ""}, follow=True)
    assert list_levels(response) == ["success"]
    assertNotContains(response, 'class="translation-list"')
    assert get_group(german) is None


def test_an_invalid_original_is_refused_at_its_field(editor_client):
    english, german = make_story(), make_story(language="de")
    for work, words, code in (
        (german, "Nothing of this name", "unknown"),
        (make_question(language="de"), english.headline, "unknown"),
        (make_story(), english.headline, None),  # in the same language
    ):
        refused = editor_client.post(screen_address(work), {"original": words})
        assert list_errors(refused.context["form"]) == [("original", code)]
    assertContains(refused, "(en)")
    make_story(headline=english.headline)
    refused = editor_client.post(screen_address(german), {"original": english.headline})
    assert list_errors(refused.context["form"]) == [("original", "several")]
    assert get_group(german) is None


def test_the_form_links_to_the_translations(writer_client):
    story = make_story()
    change = reverse("admin:stories_story_change", args=[story.pk])
    assertContains(writer_client.get(change), f'href="{screen_address(story)}"')


def test_a_work_cannot_change_to_the_language_of_another_translation(editor, editor_client):
    english, german = make_story(), make_story(language="de")
    link_translation(german, english, by=editor)
    for work, language in ((english, "de"), (german, "en")):
        change = reverse("admin:stories_story_change", args=[work.pk])
        form = filled(editor_client.get(change)) | {"language": language}
        assert list_admin_errors(editor_client.post(change, form)) == [("language", "translated")]
    assert set(Work.objects.values_list("language", flat=True)) == {"en", "de"}
