"""Bringing a text in at the desk."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from stories.models import Import, Story
from tests.factories import make_outlet, make_story, make_user
from tests.stories.admin.filling import filled

TEXT = """What's happened
The ferry to Norrhavn was late all week because its bow door froze.

What the papers say
The Lisle Courier reports that the door was never heated.
"""


@pytest.fixture
def address():
    return reverse("admin:import_text")


def test_a_pasted_text_is_shown_before_anything_is_written(client, editor, address):
    make_outlet(name="The Lisle Courier")
    page = client.post(address, {"text": TEXT})
    assert "The Lisle Courier" in page.rendered_content
    assert "because its bow door froze" in page.rendered_content
    assert not Story.objects.exists()


def test_what_was_shown_is_taken_in_and_leads_to_the_draft(client, editor, address):
    shown = client.post(address, {"text": TEXT.replace("\n", "\r\n")})
    taken = client.post(address, filled(shown) | {"take_in": "yes"})
    story = Story.objects.get()
    assert taken.url == reverse(story.desk_view, args=[story.pk])
    assert story.owner == editor
    assert story.sections.get(kind="happened").text.startswith("The ferry to Norrhavn was late all week")


def test_a_file_comes_in_byte_for_byte_as_by_command(client, editor, address):
    file = SimpleUploadedFile("ferry.txt", TEXT.encode())
    shown = client.post(address, {"file": file})
    client.post(address, filled(shown) | {"take_in": "yes"})
    kept = Import.objects.get()
    assert kept.name == "ferry.txt"
    again = client.post(address, {"text": TEXT})
    assert "This very text was brought in before" in again.rendered_content


def test_a_text_that_cannot_be_read_is_refused_with_its_line(client, editor, address):
    page = client.post(address, {"text": "No heading of a story stands here."})
    assert "Line 1:" in page.rendered_content
    assert filled(page)["text"] == "No heading of a story stands here."


def test_nothing_to_bring_in_is_said(client, editor, address):
    assert "Paste a text, or choose a file." in client.post(address, {"text": "  "}).rendered_content


def test_a_text_that_changes_what_somebody_edited_shows_all_three_texts(client, editor, address, save):
    story = make_story(texts={"happened": "The ferry was late on Monday."})
    save(story, sections__0__text="The ferry was late on Monday and on Tuesday.")
    page = client.post(address, {"text": TEXT, "into": story.slug})
    assert "Nothing was changed." in page.rendered_content
    (clash,) = page.context["text_conflicts"]
    assert (clash.label, clash.before) == ("What’s happened, text", "The ferry was late on Monday.")
    assert "".join(run.text for run in clash.theirs if run.kind != "gone").endswith("on Monday and on Tuesday.")
    assert "".join(run.text for run in clash.mine if run.kind != "gone").endswith("because its bow door froze.")
    assert "edited a place that this text changes too" in page.rendered_content


def test_a_text_is_joined_with_what_somebody_edited_elsewhere(client, editor, address, save):
    story = make_story(texts={"happened": "The ferry was late on Monday."})
    save(story, standfirst="What is known so far.")
    shown = client.post(address, {"text": TEXT, "into": story.slug})
    assert "Both changes are in." in shown.rendered_content
    client.post(address, filled(shown) | {"take_in": "yes"})
    story.refresh_from_db()
    assert story.standfirst == "What is known so far."
    assert story.sections.get(kind="happened").text.startswith("The ferry to Norrhavn was late all week")


def test_damage_on_the_way_is_noticed(client, editor, address):
    page = client.post(address, {"shown": "not base64!", "take_in": "yes"})
    assert "came back damaged" in page.rendered_content


def test_a_curator_brings_nothing_in(client, db, address):
    client.force_login(make_user(role="Curator"))
    assert client.post(address, {"text": TEXT}).status_code == 403
