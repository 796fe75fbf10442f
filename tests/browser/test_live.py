"""Live help beside the form in a browser: preview, findings, find and replace, and possible duplicates."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from stories.drafts import revisions
from stories.models import HouseWord
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.faults import find_faults
from tests.factories import make_outlet, make_question, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editor(transactional_db):
    return make_user(username="editor")


def open_form(open_page, work, editor, **options: object) -> Page:
    page: Page = open_page(reverse(work.change_view_name, args=[work.pk]), as_=editor, **options)
    return page


def assert_no_faults(page: Page, width: int) -> None:
    """Assert that the page has no faults, in a window so high that the bar at the end of the form covers nothing."""
    page.set_viewport_size({"width": width, "height": 12_000})
    assert find_faults(page, width) == []


def preview_frame(page: Page):
    return page.frame_locator("iframe[title='The page as readers would see it']")


@pytest.mark.journey
def test_the_preview_beside_the_form_shows_typed_text_at_phone_and_desktop_width(open_page, editor):
    story = make_story(owner=editor)
    page = open_form(open_page, story, editor)
    framed = preview_frame(page)
    expect(framed.get_by_role("heading", level=1)).to_have_text(story.headline)
    assert framed.locator("html").evaluate("node => innerWidth") == 390
    framed.locator("html").evaluate("node => scrollTo(0, 600)")
    page.get_by_role("textbox", name="Headline", exact=True).fill("Half a sentence about the pier and")
    expect(framed.get_by_role("heading", level=1)).to_have_text("Half a sentence about the pier and")
    assert framed.locator("html").evaluate("node => scrollY") == 600
    page.get_by_role("button", name="Desktop").click()
    expect(page.get_by_role("button", name="Desktop")).to_have_attribute("aria-pressed", "true")
    assert framed.locator("html").evaluate("node => innerWidth") == 1280
    box = page.locator(".pane iframe").bounding_box()
    assert box["width"] <= page.locator(".pane").bounding_box()["width"] + 1
    assert_no_faults(page, DESKTOP["width"])
    framed.get_by_role("link", name="Questions").first.click()
    expect(framed.get_by_role("heading", level=1)).to_have_text("Half a sentence about the pier and")
    story.refresh_from_db()
    assert story.headline != "Half a sentence about the pier and"
    assert revisions.get_newest_revision(story).number == 1


@pytest.mark.journey
def test_a_finding_appears_when_its_field_loses_focus_and_links_to_it(open_page, editor):
    page = open_form(open_page, make_story(owner=editor), editor)
    section = page.get_by_role("group", name="What’s behind the headline?").get_by_role("textbox", name="Text")
    section.fill("The limit is TK tonnes.")
    section.blur()
    link = page.get_by_role("link", name="Remove the placeholder “TK”.")
    expect(link).to_be_visible()
    expect(section).to_have_accessible_description("Blocker. Remove the placeholder “TK”.")
    expect(page.locator("[data-findings-status]")).to_contain_text("1 blocker", timeout=8_000)
    link.click()
    expect(section).to_be_focused()
    page.get_by_role("textbox", name="Headline", exact=True).focus()
    page.evaluate("document.dispatchEvent(new CustomEvent('desk:next-finding'))")
    expect(section).to_be_focused()
    section.fill("The limit is ten tonnes, as a sign says.")
    expect(link).to_have_count(0)
    expect(page.locator(".field-findings", has_text="TK")).to_have_count(0)


def test_the_number_of_findings_is_announced_every_five_seconds_at_most(open_page, editor):
    page = open_form(open_page, make_story(owner=editor), editor)
    page.clock.install()
    page.clock.pause_at(timezone.now() + timedelta(minutes=1))
    status, link = page.locator("[data-findings-status]"), page.get_by_role("link", name="TK")
    section = page.get_by_role("group", name="What’s behind the headline?").get_by_role("textbox", name="Text")
    section.fill("The limit is TK tonnes.")
    section.blur()
    page.clock.run_for(1_000)
    expect(link).to_be_visible()
    expect(status).to_contain_text("1 blocker")
    section.fill("The limit is ten tonnes, as a sign says.")
    page.clock.run_for(1_000)
    expect(link).to_have_count(0)
    expect(status).to_contain_text("1 blocker")
    page.clock.run_for(4_000)
    expect(status).not_to_contain_text("blocker")


def test_a_click_on_a_finding_works_while_the_list_is_replaced(open_page, editor):
    page = open_form(open_page, make_story(owner=editor, standfirst="It closed today."), editor)
    page.get_by_role("textbox", name="Headline", exact=True).fill("A headline about the pier with TK in it")
    page.locator("[data-findings] a[href='#id_standfirst']").first.hover()
    with page.expect_response("**/live/") as live_response:
        page.mouse.down()  # the field loses focus, so the form is sent to the server
    live_response.value.finished()
    page.mouse.up()
    expect(page.get_by_role("textbox", name="Standfirst", exact=True)).to_be_focused()
    expect(page.locator("[data-findings] a[href='#id_headline']", has_text="TK")).to_be_visible()


def test_an_incomplete_name_is_checked_only_after_its_field_loses_focus(open_page, editor):
    make_outlet(name="Reuters")
    page = open_form(open_page, make_story(owner=editor), editor)
    page.clock.install()
    names = page.get_by_role("region", name="What the papers say").get_by_role("combobox", name="Outlets").first
    with page.expect_response("**/live/"):
        names.press("End")
        names.press_sequentially("; reut")
        page.clock.run_for(10_000)
    proposed = page.get_by_role("link", name="The outlet “reut” isn’t confirmed.")
    expect(proposed).to_have_count(0)
    names.blur()
    expect(proposed).to_have_count(1)
    names.fill("Reuters")
    page.clock.run_for(1_000)
    expect(proposed).to_have_count(0)


@pytest.mark.journey
def test_a_new_form_is_quiet_until_a_field_is_left_or_filled_by_pasting(open_page, editor):
    page = open_page(reverse("admin:stories_story_add"), as_=editor)
    panel = page.get_by_role("region", name="Before publishing")
    quiet = panel.get_by_text("Checks run as you complete each field.")
    expect(quiet).to_be_visible()
    page.clock.install()
    headline = page.get_by_role("textbox", name="Headline", exact=True)
    headline.press_sequentially("Too short")
    page.clock.run_for(10_000)
    expect(quiet).to_be_visible()
    headline.blur()
    page.clock.run_for(100)
    expect(panel.get_by_role("link")).to_have_text(["The headline has 9 characters. Use 20 to 110."])
    expect(headline).to_have_accessible_description("Blocker. The headline has 9 characters. Use 20 to 110.")
    standfirst = page.get_by_role("textbox", name="Standfirst", exact=True)
    standfirst.focus()
    standfirst.evaluate(
        "field => field.dispatchEvent(new ClipboardEvent('paste', {bubbles: true, clipboardData: new DataTransfer()}))"
    )
    page.keyboard.insert_text("It is TK.")
    page.clock.run_for(2_000)
    expect(panel.get_by_role("link")).to_have_count(1)
    page.clock.run_for(2_000)
    expect(panel.get_by_role("link", name="TK")).to_be_visible()


def test_an_error_disappears_as_soon_as_its_field_is_filled_in(open_page, editor):
    story = make_story(owner=editor)
    page = open_form(open_page, story, editor)
    page.get_by_role("textbox", name="Headline", exact=True).fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    refused = page.locator(".field.has-errors .errorlist")
    expect(refused.first).to_be_visible()
    page.get_by_role("textbox", name="Headline", exact=True).press_sequentially("W")
    expect(refused).to_have_count(0)


@pytest.mark.journey
def test_a_house_style_word_is_corrected_with_one_click_and_undone_with_the_keyboard(open_page, editor):
    HouseWord.objects.create(written="web site", preferred="website")
    text = "A 🚢 web site, and a Web site of its own."
    story = make_story(owner=editor, texts={"behind": text})
    page = open_form(open_page, story, editor)
    section = page.get_by_role("group", name="What’s behind the headline?").get_by_role("textbox", name="Text")
    page.get_by_role("button", name="Write “website”").click()
    expect(section).to_have_value("A 🚢 website, and a Website of its own.")
    expect(page.get_by_role("button", name="Write “website”")).to_have_count(0)
    section.press("Control+z")
    expect(section).to_have_value(text)
    section.blur()
    expect(page.get_by_role("button", name="Write “website”")).to_be_visible()
    assert story.sections.get(kind="behind").text == text


def test_find_and_replace_works_in_every_field_and_can_be_undone(open_page, editor):
    texts = {"happened": "The pier is shut. A PIER.", "behind": "Of piers and a pier."}
    page = open_form(
        open_page, make_story(owner=editor, headline="The pier of Port Lisle is shut", texts=texts), editor
    )
    page.get_by_role("button", name="Find and replace").click()
    panel = page.get_by_role("region", name="Find and replace")
    find, status = panel.get_by_label("Find"), panel.get_by_role("status")
    find.fill("pier")
    expect(status).to_contain_text("5 places in 3 fields")
    panel.get_by_label("Whole words").check()
    expect(status).to_contain_text("4 places in 3 fields")
    panel.get_by_label("Match case").check()
    expect(status).to_contain_text("3 places in 3 fields")
    find.press("Enter")
    headline = page.get_by_role("textbox", name="Headline", exact=True)
    expect(headline).to_be_focused()
    assert headline.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)") == "pier"
    panel.get_by_label("Replace with").fill("quay")
    panel.get_by_role("button", name="Replace", exact=True).click()
    expect(headline).to_have_value("The quay of Port Lisle is shut")
    panel.get_by_role("button", name="Replace all").click()
    expect(status).to_contain_text("2 places replaced in 2 fields")
    happened = page.get_by_role("group", name="What’s happened").get_by_role("textbox", name="Text")
    expect(happened).to_have_value("The quay is shut. A PIER.")
    assert_no_faults(page, DESKTOP["width"])
    panel.get_by_role("button", name="Undo").click()
    expect(happened).to_have_value("The pier is shut. A PIER.")
    find.press("Escape")
    expect(panel).to_be_hidden()


def test_a_possible_duplicate_is_shown_while_a_headline_is_typed(open_page, editor):
    duplicate = make_story(headline="Why the Kelmar barrier stood open on the night of the flood")
    page = open_page(reverse("admin:stories_story_add"), as_=editor)
    page.get_by_role("textbox", name="Headline", exact=True).press_sequentially(
        "The Kelmar barrier stood open at night"
    )
    link = page.get_by_role("link", name=str(duplicate))
    expect(link).to_be_visible()
    expect(link).to_have_attribute("href", reverse("admin:stories_story_change", args=[duplicate.pk]))
    expect(page.get_by_text("Possible duplicate:")).to_be_visible()
    expect(preview_frame(page).get_by_role("heading", level=1)).to_have_text("The Kelmar barrier stood open at night")
    page.get_by_role("textbox", name="Headline", exact=True).blur()
    expect(page.get_by_role("link", name="Add text to “What’s happened”.")).to_have_count(0)


def test_on_a_phone_the_preview_opens_on_demand_and_shows_why_it_is_not_updated(open_page, editor):
    page = open_form(open_page, make_question(owner=editor), editor, viewport=PHONE)
    preview = page.get_by_role("region", name="Preview", exact=True)
    expect(preview.locator("iframe")).to_be_hidden()
    page.get_by_role("button", name="checks, people and history").click()
    preview.get_by_role("button", name="Show").click()
    expect(preview_frame(page).get_by_role("heading", level=1)).to_be_visible()
    assert_no_faults(page, PHONE["width"])
    page.context.set_offline(True)
    page.get_by_role("textbox", name="Question", exact=True).first.fill("May lorries go there?")
    expect(preview.get_by_text("No connection. The preview is out of date.")).to_be_visible()
    page.context.set_offline(False)
    page.context.clear_cookies()
    page.get_by_role("textbox", name="Question", exact=True).first.fill("May lorries go there again?")
    # The dialog for signing in closes the sheet of the preview.
    expect(page.locator("[data-preview-status]")).to_have_text("You are signed out. The preview is out of date.")


def test_what_a_publication_says_is_in_sight_after_a_finding_was_followed(open_page, editor):
    story = make_story(owner=editor, headline_confirmed=False)
    page = open_form(open_page, story, editor)
    page.get_by_role("link", name="Confirm the headline.").first.click()
    page.get_by_label("Headline confirmed").check()
    standfirst = page.get_by_role("textbox", name="Standfirst", exact=True)
    standfirst.fill("It is TK.")
    standfirst.blur()
    page.get_by_role("link", name="Remove the placeholder").first.click()
    standfirst.fill("It is shut.")
    page.get_by_role("button", name="Save and publish").click()
    expect(page.get_by_text("Published as edition 1.")).to_be_in_viewport()
    assert "#" not in page.url
