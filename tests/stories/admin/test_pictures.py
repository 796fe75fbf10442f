"""Choosing images on forms of the desk."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from newsroom.media.forms import display_name, set_display_names
from newsroom.media.models import Image
from stories.drafts import revisions
from tests.factories import make_image, make_story, make_topic, make_user
from tests.outcomes import list_admin_errors, list_levels
from tests.stories.admin.form_data import filled

pytestmark = [pytest.mark.audit, pytest.mark.portable]


def test_a_lead_image_is_chosen_by_title_and_shown_as_a_thumbnail(client, editor, save):
    image = make_image(title="Nine gates at night")
    story = make_story()
    save(story, lead="nine gates at night", lead_alt="Nine gates, two of them open.")
    story.refresh_from_db()
    assert (story.lead_image, story.lead_alt) == (image, "Nine gates, two of them open.")
    page = client.get(reverse(story.change_view_name, args=[story.pk]))
    assert filled(page)["lead"] == "Nine gates at night"
    assert str(image.uid) in page.rendered_content
    save(story)
    assert story.revisions.count() == 2


def test_a_chosen_image_fills_the_empty_alternative_text_and_credit(editor, save):
    make_image(title="Gates", alt="Two of nine gates are open.", credit="Ida Holm")
    make_image(title="Pier", alt="A pier.", credit="Jo Sund")
    story = make_story()
    save(story, lead="Gates", pictures__0__picture="Gates", pictures__0__credit="Archive")
    story.refresh_from_db()
    placed = story.pictures.get()
    assert (story.lead_alt, story.lead_credit) == ("Two of nine gates are open.", "Ida Holm")
    assert (placed.alt, placed.credit) == ("Two of nine gates are open.", "Archive")
    save(story, lead="Pier", lead_alt="", lead_credit="", lead_decorative="on")
    story.refresh_from_db()
    assert (story.lead_alt, story.lead_credit) == ("", "Jo Sund")
    save(story, lead_credit="")
    story.refresh_from_db()
    assert story.lead_credit == "", "What an editor empties later stays empty."


def test_images_with_the_same_title_are_told_apart_by_the_time_of_their_upload(client, editor, save):
    added = [datetime(2026, 11, 9, hour, 40, tzinfo=UTC) for hour in (16, 17, 17)]
    images = [make_image(title="Gates", created_at=at) for at in added]
    names = [f"Gates (added 9 November 2026, {rest})" for rest in ("16:40", "17:40", "17:40, number 2")]
    story = make_story()
    response = save(story, expect=200, lead="Gates")
    (problem,) = response.context["problems"]
    assert problem.field == "id_lead"
    assert ", ".join(reversed(names)) in problem.message
    for image, name in zip(images, names, strict=True):
        save(story, lead=name)
        story.refresh_from_db()
        assert story.lead_image == image
        assert filled(client.get(reverse(story.change_view_name, args=[story.pk])))["lead"] == name


def test_the_former_notation_with_a_number_is_accepted(editor, save):
    make_image(title="Gates")
    second, story = make_image(title="Gates"), make_story()
    save(story, lead=f"Gates (#{second.pk})")
    story.refresh_from_db()
    assert story.lead_image == second


def test_the_names_of_many_images_take_one_query(client, editor, django_assert_num_queries):
    images = [make_image(title=title) for title in ("Gates", "Gates", "Pier", "Quay")]
    with django_assert_num_queries(1):
        set_display_names(images)
        assert len({display_name(image) for image in images}) == 4


@pytest.mark.parametrize("written", ["A picture nobody took", "Gates (#999999)"])
def test_an_image_that_is_not_in_the_library_is_refused(editor, save, written):
    refused = save(make_story(), expect=200, lead=written)
    assert list_admin_errors(refused) == [("lead", "unknown")]
    assert written in refused.context["problems"][0].message


def test_a_decorative_image_with_alternative_text_is_refused_with_a_reason(editor, save):
    make_image(title="Gates")
    story = make_story()
    refused = save(story, expect=200, lead="Gates", lead_alt="Gates.", lead_decorative="on")
    assert len(refused.context["problems"]) == 1
    save(story, lead="Gates", lead_alt="", lead_decorative="on")


def test_the_row_of_an_image_shows_the_markdown_that_includes_it(client, editor, save):
    image = make_image(title="Gates")
    story = make_story()
    save(story, pictures__0__picture="Gates", pictures__0__alt="Two gates.", pictures__0__caption="At dawn.")
    placed = story.pictures.get()
    assert (placed.image, placed.alt, placed.caption) == (image, "Two gates.", "At dawn.")
    page = client.get(reverse(story.change_view_name, args=[story.pk])).rendered_content
    assert "![](picture:gates)" in page
    assert f"picture:gates={placed.uid}" in page
    read = client.get(reverse("admin:stories_story_revision", args=[story.pk, 2])).rendered_content
    assert "At dawn." in read


def test_a_revision_with_a_deleted_image_cannot_be_restored(client, editor, save):
    make_image(title="Gates")
    story = make_story()
    save(story, lead="Gates", lead_alt="Two gates.")
    save(story, lead="", lead_alt="")
    Image.objects.all().delete()
    response = client.post(reverse("admin:stories_story_restore", args=[story.pk, 2]))
    assert response.url == reverse("admin:stories_story_revision", args=[story.pk, 2])
    assert list_levels(response)[-1] == "error"
    assert revisions.get_newest_revision(story).number == 3


def test_a_topic_can_have_an_image(client, db):
    client.force_login(make_user(role="Curator"))
    image, topic = make_image(title="The harbour", alt="A harbour."), make_topic()
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    client.post(address, filled(client.get(address)) | {"shown_picture": "The harbour"})
    topic.refresh_from_db()
    assert (topic.picture, topic.picture_alt) == (image, "A harbour.")
