"""Choosing pictures on the forms of the desk."""

import pytest
from django.urls import reverse

from newsroom.media.models import Image
from stories import revisions
from tests.factories import make_image, make_story, make_topic, make_user
from tests.stories.admin.filling import filled


def test_a_lead_picture_is_chosen_by_its_title_and_shown_small(client, editor, save):
    image = make_image(title="Nine gates at night")
    story = make_story()
    save(story, lead="nine gates at night", lead_alt="Nine gates, two of them open.")
    story.refresh_from_db()
    assert (story.lead_image, story.lead_alt) == (image, "Nine gates, two of them open.")
    page = client.get(reverse(story.desk_view, args=[story.pk]))
    assert filled(page)["lead"] == f"Nine gates at night (#{image.pk})"
    assert str(image.uid) in page.rendered_content
    save(story)
    assert story.revisions.count() == 2


def test_of_two_pictures_with_one_title_the_number_says_which(editor, save):
    make_image(title="Gates")
    second = make_image(title="Gates")
    story = make_story()
    refused = save(story, expect=200, lead="Gates")
    assert refused.context["problems"][0].message == "Several pictures are called “Gates”."
    save(story, lead=f"Gates (#{second.pk})")
    story.refresh_from_db()
    assert story.lead_image == second


@pytest.mark.parametrize("written", ["A picture nobody took", "Gates (#999999)"])
def test_a_picture_that_is_not_in_the_library_is_refused(editor, save, written):
    refused = save(make_story(), expect=200, lead=written)
    assert refused.context["problems"][0].message == f"“{written}” is not in the library."


def test_a_decorative_picture_with_a_text_is_refused_in_words(editor, save):
    make_image(title="Gates")
    refused = save(make_story(), expect=200, lead="Gates", lead_alt="Gates.", lead_decorative="on")
    assert "A decorative picture has no alternative text." in [p.message for p in refused.context["problems"]]


def test_a_picture_in_the_text_says_how_the_text_places_it(client, editor, save):
    image = make_image(title="Gates")
    story = make_story()
    save(story, pictures__0__picture="Gates", pictures__0__alt="Two gates.", pictures__0__caption="At dawn.")
    placed = story.pictures.get()
    assert (placed.image, placed.alt, placed.caption) == (image, "Two gates.", "At dawn.")
    page = client.get(reverse(story.desk_view, args=[story.pk])).rendered_content
    assert f"![](picture:{placed.uid})" in page
    read = client.get(reverse("admin:stories_story_revision", args=[story.pk, 2])).rendered_content
    assert "At dawn." in read


def test_a_revision_whose_picture_is_gone_is_not_brought_back_and_says_why(client, editor, save):
    make_image(title="Gates")
    story = make_story()
    save(story, lead="Gates", lead_alt="Two gates.")
    save(story, lead="", lead_alt="")
    Image.objects.all().delete()
    page = client.post(reverse("admin:stories_story_restore", args=[story.pk, 2]), follow=True).rendered_content
    assert "Not restored. The picture" in page
    assert revisions.newest_of(story).number == 3


def test_a_topic_has_a_picture(client, db):
    client.force_login(make_user(role="Curator"))
    image, topic = make_image(title="The harbour"), make_topic()
    address = reverse("admin:topics_topic_change", args=[topic.pk])
    client.post(address, filled(client.get(address)) | {"shown_picture": "The harbour", "picture_alt": "Boats."})
    topic.refresh_from_db()
    assert topic.picture == image
