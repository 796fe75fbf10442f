"""No list and no text that comes in writes over what somebody saved: words change by the form, which joins."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from stories import drafts
from stories.models import FAQ, Section, Story
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Story, FAQ])
def test_no_list_of_works_edits_their_words(model):
    assert not admin.site.get_model_admin(model).list_editable


def test_a_text_that_comes_in_again_leaves_what_the_desk_wrote_meanwhile(client):
    client.force_login(make_user(role="Editor"))
    story = make_story(texts={"happened": "The sea came in at three."})
    first = drafts.build_document(story)
    sent = {"take_in": "yes"}
    client.post(reverse("admin:import_text"), sent | {"text": json.dumps(first.body())})
    Section.objects.filter(story=story, kind="happened").update(text="The desk wrote on.")
    again = first.changed(standfirst="The text says more.")
    client.post(reverse("admin:import_text"), sent | {"text": json.dumps(again.body())})
    assert drafts.build_document(story).sections[0].text == "The desk wrote on."
