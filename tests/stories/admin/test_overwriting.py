"""Neither changelists nor imports overwrite saved text: only the form changes it, and the form merges."""

import json

import pytest
from django.contrib import admin
from django.urls import reverse

from stories import drafts
from stories.models import FAQ, Section, Story
from tests.factories import make_story, make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", [Story, FAQ])
def test_no_changelist_of_works_is_editable(model):
    assert not admin.site.get_model_admin(model).list_editable


def test_a_repeated_import_keeps_edits_made_meanwhile(client):
    client.force_login(make_user(role="Editor"))
    story = make_story(texts={"happened": "The sea came in at three."})
    first = drafts.build_document(story)
    sent = {"take_in": "yes"}
    client.post(reverse("admin:import"), sent | {"text": json.dumps(first.body())})
    Section.objects.filter(story=story, kind="happened").update(text="The desk wrote on.")
    again = first.changed(standfirst="The text says more.")
    client.post(reverse("admin:import"), sent | {"text": json.dumps(again.body())})
    assert drafts.build_document(story).sections[0].text == "The desk wrote on."
