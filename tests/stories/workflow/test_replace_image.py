"""Replacing an image with another in drafts."""

import pytest
from django.contrib import messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from newsroom.media.models import Image
from stories.drafts import revisions
from stories.models import WorkImage
from stories.workflow import replace_image, trash
from tests.factories import edition_of, make_image, make_published_story, make_question, make_story
from tests.newsroom.media.processing.pictures import draw_patches, encode_image
from tests.outcomes import list_levels

pytestmark = pytest.mark.django_db


def test_editions_keep_the_old_image_when_it_is_replaced_in_the_draft(editor, client):
    old, new = make_image(title="Old quay"), make_image(title="New quay")
    story = make_published_story(lead_image=old, lead_alt="A quay", by=editor)
    (result,) = replace_image.replace_image(old, new, replace_image.list_works_showing(old), by=editor)
    story.refresh_from_db()
    assert (story.lead_image, story.lead_alt) == (new, "A quay")
    assert result.revision.number == 2
    assert edition_of(story).lead_image == old
    assert str(old.uid) in client.get(f"/stories/{story.slug}/").content.decode()


def test_an_image_in_the_text_keeps_its_alternative_text_and_caption(editor):
    old, new = make_image(), make_image()
    question = make_question()
    row = WorkImage.objects.create(work=question, image=old, alt="A gate", caption="The gate.")
    revisions.record_revision(question, by=None)
    (result,) = replace_image.replace_image(old, new, replace_image.list_works_showing(old), by=editor)
    row.refresh_from_db()
    assert (row.image, row.alt, row.caption) == (new, "A gate", "The gate.")
    assert result.revision.created_by == editor


def test_each_refusal_has_its_reason(editor, curator):
    old, new = make_image(), make_image()
    story, binned = make_story(lead_image=old), make_story(lead_image=old)
    trash.move_to_trash(binned, by=editor)
    assert [work.pk for work in replace_image.list_works_showing(old)] == [story.pk]
    refusals = [result.refusal for result in replace_image.replace_image(old, new, [story], by=curator)]
    refusals += [result.refusal for result in replace_image.replace_image(old, new, [binned, make_story()], by=editor)]
    assert refusals == [
        "You don’t have permission to edit this page.",
        "This page is in the bin. Restore it first.",
        "This page no longer uses the old picture.",
    ]


def test_an_image_is_replaced_on_its_screen(editor, editor_client):
    old = make_image(title="Old quay", credit="Ida Sund", tags="quay")
    story, other = make_story(lead_image=old), make_story(lead_image=old)
    file = SimpleUploadedFile("quay.png", encode_image(draw_patches(64, 48)), content_type="image/png")
    form = {"upload": file, "title": "New quay", "credit": "Ida Sund", "tags": "quay", "focal_x": 50, "focal_y": 50}
    response = editor_client.post(reverse("admin:replace_image", args=[old.pk]), form)
    new = Image.objects.get(title="New quay")
    assert response.url == reverse("admin:replace_image_in_drafts", args=[old.pk, new.pk])
    assert story.headline in editor_client.get(response.url).rendered_content
    page = editor_client.post(response.url, {"work": [story.pk]}, follow=True)
    (message,) = page.context["messages"]
    assert message.level == messages.SUCCESS
    assert story.headline in message.message
    assert f" {revisions.get_newest_revision(story).number}" in message.message
    story.refresh_from_db()
    other.refresh_from_db()
    assert (story.lead_image, other.lead_image) == (new, old)
    assert Image.objects.filter(pk=old.pk).exists()


def test_an_invalid_form_is_shown_again_with_its_errors(editor_client):
    old = make_image()
    address = reverse("admin:replace_image", args=[old.pk])
    response = editor_client.post(address, {})
    form = response.context["form"]
    assert form.has_error("upload", "required")
    assertContains(response, f'id="{form["upload"].id_for_label}_error"')
    assert editor_client.get(reverse("admin:replace_image", args=[10**30])).status_code == 404
    second_step = reverse("admin:replace_image_in_drafts", args=[old.pk, make_image().pk])
    response = editor_client.post(second_step, {"work": ["9" * 40]}, follow=True)
    assertRedirects(response, second_step)
    assert list_levels(response) == ["error"]
