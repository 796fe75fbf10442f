"""Saved text is not overwritten: changelists of works are not editable, and a repeated import keeps edits."""

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
    exported = drafts.build_document(story)
    form = {"take_in": "yes"}
    client.post(reverse("admin:import_text"), form | {"text": json.dumps(exported.body())})
    Section.objects.filter(story=story, kind="happened").update(text="The desk wrote on.")
    changed = exported.changed(standfirst="The text says more.")
    client.post(reverse("admin:import_text"), form | {"text": json.dumps(changed.body())})
    assert drafts.build_document(story).sections[0].text == "The desk wrote on."
