"""The picture library and the fields for names, in a browser."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from newsroom.media import responses
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from stories import checks
from stories.drafts import revisions
from stories.models import Outlet, WorkTopic
from tests.browser.conftest import find_message
from tests.browser.faults import find_faults
from tests.factories import make_image, make_outlet, make_story, make_topic, make_user
from tests.newsroom.media.processing.pictures import draw_patches, encode_image
from tests.newsroom.media.stored_files import store_upload
from topics.models import Topic

pytestmark = pytest.mark.django_db(transaction=True)


def file(name, data):
    return {"name": name, "mimeType": "image/png", "buffer": data}


@pytest.mark.journey
def test_three_files_are_uploaded_together_of_which_one_is_invalid_and_one_a_duplicate(open_page):
    duplicate = encode_image(draw_patches(64, 48))
    make_picture(duplicate, title="The harbour")
    page = open_page(reverse("admin:media_image_upload"), as_=make_user(role="Writer"))
    expect(page.get_by_label("Keep duplicates")).to_be_hidden()
    page.get_by_label("Credit").fill("Ida Sund")
    page.get_by_label("Pictures").set_input_files(
        [
            file("new_pier.png", encode_image(draw_patches(80, 60, seed=11))),
            file("again.png", duplicate),
            file("words.png", b"no picture at all"),
        ]
    )
    results = page.get_by_role("region", name="The files")
    expect(results.get_by_role("status")).to_have_text("3 of 3 done; 1 uploaded; 1 already in the library; 1 rejected.")
    rows = results.get_by_role("listitem")
    expect(rows.nth(0)).to_contain_text("Uploaded as “new pier”.")
    expect(rows.nth(1).get_by_role("link", name="Use “The harbour”")).to_be_visible()
    expect(rows.nth(2)).to_contain_text("This is not a picture")
    assert Image.objects.get(title="new pier").credit == "Ida Sund"
    rows.nth(1).get_by_role("button", name="Keep both").click()
    expect(results.get_by_role("status")).to_have_text("3 of 3 done; 2 uploaded; 1 rejected.")
    assert Image.objects.count() == 3


def test_a_file_waits_while_another_is_being_processed(open_page, monkeypatch):
    monkeypatch.setattr(responses, "RETRY_AFTER", 1)
    page = open_page(reverse("admin:media_image_upload"), as_=make_user(role="Writer"))
    results = page.get_by_role("region", name="The files")
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        page.get_by_label("Pictures").set_input_files(
            [file("new_pier.png", encode_image(draw_patches(80, 60, seed=11)))]
        )
        expect(results.get_by_role("listitem")).to_contain_text("Queued: another picture is being processed.")
    expect(results.get_by_role("status")).to_have_text("1 of 1 done; 1 uploaded.")


def make_picture(data, *, title):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return store_upload(SimpleUploadedFile(f"{title}.png", data))


def list_crops(dialog, *, drawn=False):
    """Return the proportions of the crops in the dialog; with ``drawn``, only of those that show something."""
    crops = dialog.get_by_role("list", name="Crops")
    expect(crops).to_be_visible()
    return crops.evaluate(
        """(list, drawn) => [...list.querySelectorAll("img, canvas")]
            .filter((crop) => !drawn || crop.getContext("2d").getImageData(0, 0, 1, 1).data[3] > 0)
            .map((crop) => Math.round(100 * crop.clientWidth / crop.clientHeight) / 100)""",
        drawn,
    )


@pytest.mark.journey
def test_a_lead_picture_is_uploaded_and_inserted_in_four_clicks(open_page):
    make_picture(encode_image(draw_patches(64, 48)), title="The harbour")
    story = make_story()
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    lead = page.get_by_role("group", name="Lead picture")
    lead.get_by_role("button", name="Choose picture").click()
    dialog = page.get_by_role("dialog", name="Choose the lead picture")
    expect(dialog.get_by_role("status")).to_have_text("1 of 1 picture")
    expect(dialog.get_by_role("radio", name="The harbour")).to_be_visible()
    assert find_faults(page, 1440) == []
    with page.expect_file_chooser() as chooser:
        dialog.get_by_label("Drop a picture here or upload").click()
    chooser.value.set_files([file("new_pier.png", encode_image(draw_patches(800, 600, seed=11)))])
    dialog = page.get_by_role("dialog", name="What does the picture show?")
    expect(dialog.get_by_label("Alternative text")).to_be_focused()
    assert list_crops(dialog) == list_crops(dialog, drawn=True) == [1.78, 1.33, 1]
    assert find_faults(page, 1440) == []
    page.keyboard.type("The pier at low water.")
    dialog.get_by_label("Credit").fill("Ida Sund")
    dialog.get_by_role("button", name="Insert").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "Saved")).to_be_visible()
    story.refresh_from_db()
    assert (story.lead_image.title, story.lead_alt, story.lead_credit) == (
        "new pier",
        "The pier at low water.",
        "Ida Sund",
    )
    document = revisions.get_newest_revision(story).document.value()
    assert not [each for each in checks.run_checks(document, checks.load_house_rules()) if "picture" in each.anchor]


def test_a_chosen_picture_brings_its_texts_from_the_library(open_page):
    image = make_picture(encode_image(draw_patches(64, 48)), title="The harbour")
    Image.objects.filter(pk=image.pk).update(alt="A harbour.", credit="Ida Sund", licence="Agency, until 2020")
    story = make_story()
    address = reverse(story.change_view_name, args=[story.pk])
    page = open_page(address, as_=make_user(role="Editor"), color_scheme="dark")
    page.get_by_role("group", name="Lead picture").get_by_role("button", name="Choose picture").press("Enter")
    page.get_by_role("radio", name="The harbour").check()
    page.get_by_role("button", name="Continue").click()
    dialog = page.get_by_role("dialog", name="The harbour")
    expect(dialog.get_by_text("The licence has expired: Agency, until 2020")).to_be_visible()
    assert find_faults(page, 1440) == []
    dialog.get_by_role("button", name="Insert").click()
    expect(page.locator("#id_lead")).to_have_value("The harbour")
    expect(page.locator("#id_lead_alt")).to_have_value("A harbour.")
    expect(page.locator("#id_lead_credit")).to_have_value("Ida Sund")


def test_the_dialog_keeps_nothing_of_a_picture_from_which_somebody_went_back(open_page):
    data = encode_image(draw_patches(64, 48))
    Image.objects.filter(pk=make_picture(data, title="The harbour").pk).update(alt="A harbour.")
    story = make_story()
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.get_by_role("group", name="Lead picture").get_by_role("button", name="Choose picture").click()
    page.get_by_role("radio", name="The harbour").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Back").click()
    page.get_by_label("Drop a picture here or upload").set_input_files([file("pier.png", data)])
    dialog = page.get_by_role("dialog", name="What does the picture show?")
    expect(dialog.get_by_label("Alternative text")).to_have_value("")
    dialog.get_by_label("Alternative text").fill("A pier.")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("button", name="Use it")).to_be_visible()
    dialog.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Continue").click()
    dialog = page.get_by_role("dialog", name="The harbour")
    expect(dialog.get_by_label("Alternative text")).to_have_value("A harbour.")
    expect(dialog.get_by_role("button", name="Use it")).to_be_hidden()


def test_files_can_be_uploaded_without_javascript_and_each_has_its_own_result(open_page):
    state = open_page(as_=make_user(role="Editor")).context.storage_state()
    page = open_page(reverse("admin:media_image_upload"), java_script_enabled=False, storage_state=state)
    page.get_by_label("Pictures").set_input_files(
        [file("pier.png", encode_image(draw_patches(80, 60))), file("words.png", b"no picture")]
    )
    page.get_by_role("button", name="Upload").click()
    expect(page.get_by_text("Uploaded as “pier”.")).to_be_visible()
    expect(page.get_by_text("This is not a picture")).to_be_visible()


@pytest.mark.journey
def test_moving_the_focal_point_with_the_keyboard_updates_the_crops(open_page):
    image = make_picture(encode_image(draw_patches(640, 240)), title="A wide quay")
    page = open_page(reverse("admin:media_image_change", args=[image.pk]), as_=make_user(role="Editor"))
    cross = page.get_by_role("button", name="Focal point: 50 per cent from the left, 50 from the top")
    square = page.locator('[data-crop][data-ratio-width="1"]')
    expect(square).to_have_css("object-position", "50% 50%")
    cross.focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_label("Focal point across")).to_have_value("61")
    expect(page.get_by_role("status").filter(has_text="61 per cent from the left")).to_be_attached()
    # The left edge of the square is at 0.61 × 640 − 120 of the 400 pixels by which the square can move.
    expect(square).to_have_css("object-position", "67.6% 50%")
    page.get_by_label("Focal point across").fill("0")
    expect(square).to_have_css("object-position", "0% 50%")
    box = page.locator(".focal-area img").bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.8, box["y"] + box["height"] * 0.5)
    expect(page.get_by_label("Focal point across")).to_have_value(re.compile("^(79|80|81)$"))
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url("**/image/")
    image.refresh_from_db()
    assert image.focal_x in {79, 80, 81}


def test_a_topic_is_selected_by_an_alias_with_the_keyboard(open_page):
    make_topic(name="Port Lisle", aliases=("Lisle Harbour",))
    story = make_story(topics=())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Writer"))
    page.get_by_role("button", name="Add a topic").click()
    field = page.get_by_role("region", name="Topics").get_by_role("combobox", name="Name")
    field.press_sequentially("lisle harb")
    option = page.get_by_role("option", name="Port Lisle also: Lisle Harbour")
    expect(option).to_be_visible()
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("Port Lisle")
    expect(option).to_be_hidden()


@pytest.mark.journey
def test_creating_a_topic_in_a_dialog_keeps_unsaved_text(open_page):
    make_topic(name="Tide gates of Port Lisle")
    story = make_story(topics=())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.get_by_role("textbox", name="Standfirst").fill("Not saved yet.")
    page.get_by_role("button", name="Add a topic").click()
    field = page.get_by_role("region", name="Topics").get_by_role("combobox", name="Name")
    field.press_sequentially("Tide gate")
    page.get_by_role("option", name="New topic “Tide gate” …").click()
    dialog = page.get_by_role("dialog", name="New topic")
    expect(dialog.get_by_role("button", name="Use “Tide gates of Port Lisle”")).to_be_visible()
    # The focus is on the group and not on “Use …”: Enter, pressed once too often, would choose another topic.
    expect(dialog.get_by_role("group", name="Similar name:")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_visible()
    expect(field).to_have_value("Tide gate")
    assert not Topic.objects.filter(name="Tide gate").exists()
    dialog.get_by_label("Description").fill("What keeps the tide out.")
    dialog.get_by_label("Wikidata item").fill("42")
    dialog.get_by_role("button", name="Add topic").click()
    expect(dialog.get_by_text("Enter a Q and a number")).to_be_visible()
    dialog.get_by_label("Wikidata item").fill("Q42")
    dialog.get_by_role("button", name="Add topic").click()
    expect(dialog).to_be_hidden()
    expect(field).to_have_value("Tide gate")
    expect(field).to_be_focused()
    expect(page.get_by_role("textbox", name="Standfirst")).to_have_value("Not saved yet.")
    assert Topic.objects.get(name="Tide gate").wikidata == "Q42"


def test_a_writer_sees_that_a_new_name_will_only_be_proposed(open_page):
    story = make_story(topics=())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Writer"))
    page.get_by_role("button", name="Add a topic").click()
    page.get_by_role("region", name="Topics").get_by_role("combobox", name="Name").press_sequentially("Tide gate")
    expect(page.get_by_text("“Tide gate” is new and will be proposed when you save.")).to_be_visible()


@pytest.mark.journey
def test_proposed_names_are_decided_on_in_their_rows(open_page):
    make_outlet(name="Tessen Evening Post")
    story = make_story(topics=())
    WorkTopic.objects.create(work=story, proposed_name="Port Lisle")
    passage = story.passages.first()
    passage.proposed_outlets = ["Tessen Mail", "Ansgar Wire"]
    passage.save()
    revisions.record_revision(story, by=None)
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    topic = page.get_by_role("group", name="Port Lisle, proposed")
    assert find_faults(page, 1440) == []
    topic.get_by_label("Kind of Port Lisle").select_option("Place")
    topic.get_by_role("button", name="Confirm Port Lisle").click()
    expect(page.get_by_text("Confirmed: Port Lisle").first).to_be_focused()
    # The decision is saved already.
    expect(page.locator("[data-save-status]")).to_have_text("")
    mail = page.get_by_role("group", name="Tessen Mail, proposed")
    mail.get_by_role("button", name="Merge… Tessen Mail").click()
    mail.get_by_label("Merge Tessen Mail into").press_sequentially("tessen ev")
    page.get_by_role("option", name="Tessen Evening Post").click()
    mail.get_by_role("button", name="Merge Tessen Mail", exact=True).click()
    outlets = page.locator("#id_passages-0-outlet_names")
    expect(outlets).to_have_value(re.compile("Tessen Evening Post"))
    page.get_by_role("button", name="Reject Ansgar Wire").click()
    expect(outlets).not_to_have_value(re.compile("Ansgar Wire"))
    page.get_by_label("Headline", exact=True).fill("Why the ferry to Norrhavn was late every morning")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(find_message(page, "Saved")).to_be_visible()
    expect(page.locator(".proposed-name")).to_have_count(0)
    assert story.work_topics.get().topic.kind == "place"
    assert "Tessen Evening Post" in {outlet.name for outlet in story.passages.first().outlets.all()}


@pytest.mark.journey
def test_two_outlets_are_merged_after_a_preview(open_page):
    merged, target = make_outlet(name="Lisle Courier", aliases=("The Courier",)), make_outlet(name="Daily Lisle")
    make_story(headline="Who shut the gates", outlets=(merged,))
    page = open_page(reverse("admin:stories_outlet_change", args=[merged.pk]), as_=make_user(role="Curator"))
    page.get_by_role("link", name="Merge into another outlet").click()
    page.get_by_label("Merge into").press_sequentially("daily")
    page.get_by_role("option", name="Daily Lisle").click()
    page.get_by_role("button", name="Preview merge").click()
    expect(page.get_by_text("This can’t be undone.")).to_be_visible()
    expect(page.get_by_text("“Lisle Courier”, “The Courier”.")).to_be_visible()
    expect(page.get_by_role("link", name="Who shut the gates")).to_be_visible()
    page.get_by_role("button", name="Merge “Lisle Courier” into “Daily Lisle”").click()
    expect(page.get_by_text("“Lisle Courier” merged into “Daily Lisle”.")).to_be_visible()
    assert Outlet.objects.with_name("the courier").get() == target


def test_a_new_picture_replaces_an_old_one_in_the_selected_drafts(open_page):
    old = make_image(title="Old quay")
    story = make_story(headline="Who shut the gates", lead_image=old)
    page = open_page(reverse("admin:media_image_change", args=[old.pk]), as_=make_user(role="Editor"))
    page.get_by_role("link", name="Replace", exact=True).click()
    page.get_by_label("Picture", exact=True).set_input_files([file("q.png", encode_image(draw_patches(64, 48)))])
    page.get_by_label("Title").fill("New quay")
    page.get_by_role("button", name="Upload and continue").click()
    expect(page.get_by_label("Who shut the gates")).to_be_checked()
    page.get_by_role("button", name="Replace in these drafts").click()
    expect(page.get_by_text("Replaced in “Who shut the gates”, saved as revision")).to_be_visible()
    story.refresh_from_db()
    assert story.lead_image.title == "New quay"


def test_a_new_outlet_of_a_source_has_the_host_of_its_article_as_home_page(open_page):
    story = make_story(articles=())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user(role="Editor"))
    page.get_by_role("button", name="Add a source").click()
    sources = page.get_by_role("region", name="Sources")
    sources.get_by_label("Address").last.fill("https://www.tessenmail.example/pier?edition=2")
    sources.get_by_label("Outlet").last.press_sequentially("Tessen Mail")
    page.get_by_text("New outlet “Tessen Mail”").click()
    dialog = page.get_by_role("dialog", name="New outlet")
    expect(dialog.get_by_label("Home page")).to_have_value("https://www.tessenmail.example")
    dialog.get_by_role("button", name="Add outlet").click()
    expect(dialog).to_be_hidden()
    assert Outlet.objects.get(name="Tessen Mail").home_page == "https://www.tessenmail.example"
