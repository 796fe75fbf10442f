"""The words of a correction that the publish screen proposes."""

import pytest
from django.urls import reverse

from stories.drafts import revisions
from stories.models import Change, Edition
from tests.factories import make_published_story
from tests.stories.admin.form_data import filled

pytestmark = pytest.mark.django_db


def make_changed_story(editor, before, after):
    """Return a live story whose first section says ``before``, and its draft ``after``."""
    story = make_published_story(by=editor, texts={"happened": before})
    story.sections.filter(kind="happened").update(text=after)
    revisions.record_revision(story, by=editor)
    return story


def open_screen(client, story, **query):
    return client.get(reverse("admin:stories_story_publish", args=[story.pk], query=query or None))


def publish(client, story, **fields):
    address = reverse("admin:stories_story_publish", args=[story.pk])
    return client.post(address, filled(client.get(address)) | fields)


def test_a_changed_number_fills_in_both_fields(editor, editor_client):
    before, after = "The barrier has eleven gates. It held.", "The barrier has nine gates. It held."
    story = make_changed_story(editor, before, after)
    publish(editor_client, story, kind="correction")
    edition = Edition.objects.latest("number")
    assert (edition.change, edition.was_wrong, edition.is_right) == (
        Change.CORRECTION,
        "The barrier has eleven gates.",
        "The barrier has nine gates.",
    )


def test_a_suggestion_is_not_published_with_another_kind_of_change(editor, editor_client):
    story = make_changed_story(editor, "The barrier has eleven gates.", "The barrier has nine gates.")
    publish(editor_client, story, kind="update", note="The gates were counted again.")
    edition = Edition.objects.latest("number")
    assert (edition.was_wrong, edition.is_right) == ("", "")


def test_one_of_several_changed_sentences_can_be_chosen_without_javascript(editor, editor_client):
    before, after = "It has eleven gates. Two of them failed.", "It has nine gates. Three of them failed."
    story = make_changed_story(editor, before, after)
    assert [value for value, _ in open_screen(editor_client, story).context["form"].fields["correction"].choices] == [
        "0",
        "1",
    ]
    publish(editor_client, story, kind="correction", correction="1")
    assert Edition.objects.latest("number").is_right == "Three of them failed."


def test_edited_words_are_published_as_they_are(editor, editor_client):
    before, after = "It has eleven gates. Two of them failed.", "It has nine gates. Three of them failed."
    story = make_changed_story(editor, before, after)
    publish(editor_client, story, kind="correction", correction="1", was_wrong="We miscounted.", is_right="Nine.")
    edition = Edition.objects.latest("number")
    assert (edition.was_wrong, edition.is_right) == ("We miscounted.", "Nine.")


def test_a_removed_sentence_asks_what_is_right(editor, editor_client):
    story = make_changed_story(editor, "It held. Nobody was hurt.", "It held.")
    response = publish(editor_client, story, kind="correction")
    assert response.context["form"]["was_wrong"].value() == "Nobody was hurt."
    assert list(response.context["form"].errors) == ["is_right"]


@pytest.mark.parametrize(
    ("after", "kind"), [("It held, said the harbour.", "minor"), ("It held nine storms.", "update")]
)
def test_a_minor_change_is_preselected_where_the_rules_allow_it(editor, editor_client, after, kind):
    story = make_changed_story(editor, "It held, says the harbour.", after)
    assert open_screen(editor_client, story).context["form"]["kind"].value() == kind


def test_a_note_that_was_typed_makes_an_update(editor, editor_client):
    story = make_changed_story(editor, "It held, says the harbour.", "It held, said the harbour.")
    assert open_screen(editor_client, story, note="New.").context["form"]["kind"].value() == "update"


def test_a_draft_that_readers_already_see_proposes_nothing(editor, editor_client):
    story = make_published_story(by=editor)
    assert open_screen(editor_client, story).context["form"].proposals == []
