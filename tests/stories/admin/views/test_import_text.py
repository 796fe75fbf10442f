"""The *Import* screen."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from stories.admin.forms.new_names import suggest_kind
from stories.drafts import revisions
from stories.models import Import, Outlet, Story
from tests.factories import make_outlet, make_story, make_topic, make_user
from tests.outcomes import find_summary, list_errors
from tests.stories.admin.form_data import filled

TEXT = """What's happened
The ferry to Norrhavn was late all week because its bow door froze.

What the papers say
The Lisle Courier reports that the door was never heated.
"""


@pytest.fixture
def address():
    return reverse("admin:import_text")


def test_a_pasted_text_is_previewed_before_anything_is_stored(client, editor, address):
    make_outlet(name="The Lisle Courier")
    page = client.post(address, {"text": TEXT})
    assert "The Lisle Courier" in page.rendered_content
    assert "because its bow door froze" in page.rendered_content
    assert not Story.objects.exists()


def test_a_previewed_text_is_imported_and_the_draft_opens(client, editor, address):
    preview = client.post(address, {"text": TEXT.replace("\n", "\r\n")})
    response = client.post(address, filled(preview) | {"take_in": "yes"})
    story = Story.objects.get()
    assert response.url == reverse(story.change_view_name, args=[story.pk])
    assert story.owner == editor
    assert story.sections.get(kind="happened").text.startswith("The ferry to Norrhavn was late all week")


def test_ticked_names_are_confirmed_with_the_import(client, editor, address):
    preview = client.post(address, {"text": TEXT})
    values = filled(preview)
    assert values["confirm"] == "outlet:Lisle Courier"
    client.post(address, values | {"take_in": "yes", "kind:outlet:Lisle Courier": "broadcaster"})
    story = Story.objects.get()
    outlet = story.passages.first().outlets.get()
    assert (outlet.name, outlet.kind) == ("Lisle Courier", "broadcaster")
    assert revisions.get_newest_revision(story).number == 1


def test_the_example_on_the_screen_becomes_passages_questions_and_topics(client, editor, address):
    make_outlet(name="The Lisle Courier")
    make_outlet(name="Radio Tessen")
    example = client.get(address).context["example"]
    report = client.post(address, {"text": example}).context["report"]
    assert report["headline_proposed"] == "Why the ferry to Norrhavn was late all week"
    kinds = [section["kind"] for section in report["sections"]]
    assert kinds == ["happened", "behind", "papers", "background", "unknowns"]
    assert [passage["outlets"] for passage in report["coverage"]] == [["The Lisle Courier"], ["Radio Tessen"]]
    assert [question["question"] for question in report["questions"]] == ["When does the ferry sail again?"]
    assert len(report["topics"]) == 1


@pytest.mark.parametrize(
    ("name", "kind"),
    [("Bay Radio", "broadcaster"), ("Ansgar Wire", "agency"), ("Lisle Magazine", "magazine"), ("The Bay", "newspaper")],
)
def test_the_kind_of_a_new_outlet_is_suggested_from_its_name(name, kind):
    assert suggest_kind("outlet", name) == kind
    assert suggest_kind("topic", name) == "subject"


def test_a_name_like_a_known_one_is_not_ticked(client, editor, address):
    make_outlet(name="Lisle Couriers")
    preview = client.post(address, {"text": TEXT})
    assert "confirm" not in filled(preview)
    assert [new.similar for new in preview.context["new_names"]] == [["Lisle Couriers"]]


def test_a_name_can_be_merged_into_a_similar_one_with_the_import(client, editor, address):
    outlet = make_outlet(name="Lisle Couriers")
    preview = client.post(address, {"text": TEXT})
    assert '<option value="into:Lisle Couriers">' in preview.rendered_content
    values = filled(preview) | {"take_in": "yes", "kind:outlet:Lisle Courier": "into:Lisle Couriers"}
    client.post(address, values)
    assert Story.objects.get().passages.first().outlets.get() == outlet
    assert Outlet.objects.with_name("Lisle Courier").get() == outlet


def test_two_names_merged_into_one_topic_become_one_topic_of_the_imported_story(client, editor, address):
    make_topic(name="Kelmar barriers")
    topics = "Go deeper\nMore on these topics\n-\nKelmar barrier is a dam.\n-\nKelmar dam is closed.\n"
    values = filled(client.post(address, {"text": f"{TEXT}\n{topics}"}))
    merged = {f"kind:topic:{name}": "into:Kelmar barriers" for name in ("Kelmar barrier", "Kelmar dam")}
    assert values.keys() >= merged.keys()
    client.post(address, values | merged | {"take_in": "yes"})
    assert [row.topic.name for row in Story.objects.get().work_topics.all()] == ["Kelmar barriers"]


def test_a_name_stays_proposed_if_the_chosen_similar_one_no_longer_exists(client, editor, address):
    make_outlet(name="Lisle Couriers")
    values = filled(client.post(address, {"text": TEXT})) | {"kind:outlet:Lisle Courier": "into:Lisle Couriers"}
    Outlet.objects.all().delete()
    client.post(address, values | {"take_in": "yes"})
    assert Story.objects.get().passages.first().proposed_outlets == ["Lisle Courier"]


def test_writers_read_that_an_editor_confirms_the_names(client, db, address):
    client.force_login(make_user(role="Writer"))
    preview = client.post(address, {"text": TEXT})
    values = filled(preview)
    assert "confirm" not in values
    client.post(address, values | {"take_in": "yes", "confirm": "outlet:Lisle Courier"})
    assert Story.objects.get().passages.first().proposed_outlets == ["Lisle Courier"]


def test_the_same_text_as_an_imported_file_is_recognised(client, editor, address):
    file = SimpleUploadedFile("ferry.txt", TEXT.encode())
    preview = client.post(address, {"file": file})
    client.post(address, filled(preview) | {"take_in": "yes"})
    stored = Import.objects.get()
    assert stored.name == "ferry.txt"
    repeated = client.post(address, {"text": TEXT})
    slug = Story.objects.get().slug
    assert find_summary(preview).endswith(f"The text will become a new draft, “{slug}”.")
    assert "already been imported" in find_summary(repeated)
    assert slug not in find_summary(repeated)


def test_an_unreadable_text_is_refused_with_the_line_number(client, editor, address):
    page = client.post(address, {"text": "No heading of a story stands here."})
    (reasons,) = page.context["form"].errors.values()
    assert re.findall(r"\d+", reasons[0]) == ["1"]
    assert list_errors(page.context["form"]) == [("text", None)]
    assert filled(page)["text"] == "No heading of a story stands here."


def test_an_empty_text_is_refused(client, editor, address):
    page = client.post(address, {"text": "  "})
    assert list_errors(page.context["form"]) == [("text", None)]
    assert "report" not in page.context


def test_a_conflict_with_an_edit_shows_all_three_texts(client, editor, address, save):
    story = make_story(texts={"happened": "The ferry was late on Monday."})
    save(story, sections__0__text="The ferry was late on Monday and on Tuesday.")
    page = client.post(address, {"text": TEXT, "into": story.slug})
    assert story.sections.get(kind="happened").text == "The ferry was late on Monday and on Tuesday."
    (text_conflict,) = page.context["text_conflicts"]
    section = story.sections.get(kind="happened")
    assert (text_conflict.anchor, text_conflict.before) == (
        f"sections.{section.uid}.text",
        "The ferry was late on Monday.",
    )
    assert "".join(run.text for run in text_conflict.theirs if run.kind != "gone").endswith("on Monday and on Tuesday.")
    assert "".join(run.text for run in text_conflict.mine if run.kind != "gone").endswith("because its bow door froze.")
    assert 'id="head-conflict"' in page.rendered_content


def test_an_import_is_merged_with_edits_of_other_places(client, editor, address, save):
    story = make_story(texts={"happened": "The ferry was late on Monday."})
    save(story, standfirst="What is known so far.")
    preview = client.post(address, {"text": TEXT, "into": story.slug})
    assert "merged" in [note["code"] for note in preview.context["report"]["notes"]]
    assert 'id="head-notes"' in preview.rendered_content
    assert find_summary(preview).endswith(f"The text will continue “{story.slug}”.")
    client.post(address, filled(preview) | {"take_in": "yes"})
    story.refresh_from_db()
    assert story.standfirst == "What is known so far."
    assert story.sections.get(kind="happened").text.startswith("The ferry to Norrhavn was late all week")


def test_damaged_preview_data_is_refused(client, editor, address):
    page = client.post(address, {"shown": "not base64!", "take_in": "yes"})
    assert ("__all__", "damaged") in list_errors(page.context["form"])


def test_curators_cannot_import(client, db, address):
    client.force_login(make_user(role="Curator"))
    assert client.post(address, {"text": TEXT}).status_code == 403


def test_text_before_the_first_heading_is_previewed_as_the_standfirst(client, editor, address):
    preview = client.post(address, {"text": f"The gate closed for a night.\n\n{TEXT}"})
    assert "<dt>Standfirst</dt>" in preview.rendered_content
    note = next(note for note in preview.context["report"]["notes"] if note["code"] == "headline-missing")
    assert "standfirst" in note["message"]
    assert "<dt>Standfirst</dt>" not in client.post(address, {"text": TEXT}).rendered_content


TITLED = f"Why the gate closed\n\nIt had not been oiled for a year.\n\n{TEXT}"


def test_a_first_line_that_is_not_a_sentence_is_offered_as_the_headline(client, editor, address):
    preview = client.post(address, {"text": TITLED})
    assert preview.context["again"].initial["first_line"] is True
    assert preview.context["report"]["headline_proposed"] == "Why the gate closed"
    assert "heading-unknown" not in [note["code"] for note in preview.context["report"]["notes"]]
    client.post(address, filled(preview) | {"take_in": "yes"})
    story = Story.objects.get()
    assert (story.headline, story.standfirst) == ("Why the gate closed", "It had not been oiled for a year.")
    assert not story.headline_confirmed


def test_an_unticked_first_line_stays_in_the_standfirst(client, editor, address):
    preview = client.post(address, {"text": TITLED})
    client.post(address, filled(preview) | {"take_in": "yes", "first_line": ""})
    assert Story.objects.get().standfirst == "Why the gate closed\n\nIt had not been oiled for a year."


def test_no_first_line_is_offered_with_a_headline_of_the_user(client, editor, address):
    preview = client.post(address, {"text": TITLED, "headline": "Why the gate of Kelmar closed"})
    assert preview.context["reading"].first_line == ""
    assert preview.context["reading"].document.standfirst.startswith("Why the gate closed")


def test_the_next_text_of_a_page_drops_the_same_first_line_and_keeps_another_in_the_standfirst(client, editor, address):
    client.post(address, filled(client.post(address, {"text": TITLED})) | {"take_in": "yes"})
    story = Story.objects.get()
    for text, is_taken in (
        (TITLED.replace("a year", "two years"), True),
        (TITLED.replace("Why the gate", "Why the old gate"), False),
    ):
        preview = client.post(address, {"text": text, "into": story.slug})
        assert preview.context["again"].initial["first_line"] is is_taken
