"""The button that duplicates a work."""

import pytest
from django.urls import reverse

from stories.models import Story
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db


def test_the_button_leads_to_the_headline_of_the_new_draft(client):
    story = make_story(headline="Who pays for the pier")
    client.force_login(make_user(role="Writer"))
    form = client.get(reverse(story.change_view_name, args=[story.pk]))
    assert 'form="duplicate-form"' in form.content.decode()
    response = client.post(reverse(story.view_name("duplicate"), args=[story.pk]))
    copy = Story.objects.exclude(pk=story.pk).get()
    assert response.url == f"{reverse(copy.change_view_name, args=[copy.pk])}#id_headline"
    page = client.get(response.url)
    assert page.context["duplicated_from"][1] == "Who pays for the pier"
    assert "Check figures and dates." in page.content.decode()


def test_people_who_may_not_add_pages_have_no_button(curator_client):
    story = make_story()
    form = curator_client.get(reverse(story.change_view_name, args=[story.pk])).content.decode()
    assert story.headline in form
    assert 'form="duplicate-form"' not in form
