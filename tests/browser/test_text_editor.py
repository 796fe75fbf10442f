"""Writing at the desk: the toolbar, pasting, links and citations by typing, pictures, sources and shortcuts."""

import re
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image as Pillow
from playwright.sync_api import Locator, Page, Route, expect

from newsroom.media import images
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from stories import publishing
from stories.models import Work
from tests.browser import faults
from tests.browser.clipboards import DOCS, docs, docs_line
from tests.browser.conftest import PHONE, OpenPage, find_published_message
from tests.factories import (
    make_article,
    make_outlet,
    make_published_story,
    make_question,
    make_story,
    make_topic,
    make_update,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(field, input) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(input.texts ?? {})) data.setData(kind, text);
  if (input.picture) {
    const bytes = Uint8Array.from(atob(input.picture), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], "gate_six.png", { type: "image/png" }));
  }
  if (input.by === "drop") {
    for (const kind of ["dragover", "drop"]) {
      field.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
    return;
  }
  field.focus();
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  // If no script handles the event, a browser inserts the text itself.
  if (field.dispatchEvent(event)) document.execCommand("insertText", false, input.texts["text/plain"]);
}"""


def png(colour: str = "navy") -> str:
    """Return a picture as base64."""
    buffer = BytesIO()
    Pillow.new("RGB", (320, 200), colour).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()


def find_faults(page: Page, width: int) -> list[str]:
    """Return the faults of a page, in a window so high that the bar at the end of the form covers nothing."""
    page.set_viewport_size({"width": width, "height": 7_000})
    found = faults.find_faults(page, width)
    page.set_viewport_size({"width": width, "height": 900})
    return found


def open_form(open_page: OpenPage, work: Work, **options: Any) -> Page:
    return open_page(reverse(work.change_view_name, args=[work.pk]), as_=make_user(**options.pop("who", {})), **options)


def text_of(page: Page, index: int = 0) -> Locator:
    """Return the text field of a section."""
    return page.locator(f"#id_sections-{index}-text")


def write(field: Locator, words: str) -> None:
    field.fill(words)
    field.press("End")


def select(field: Locator, words: str) -> None:
    field.evaluate(
        "(field, words) => { field.focus(); const at = field.value.indexOf(words);"
        " field.setSelectionRange(at, at + words.length); }",
        words,
    )


def paste(field: Locator, *, html: str = "", plain: str = "", picture: str = "", by: str = "paste") -> None:
    texts = {kind: words for kind, words in {"text/html": html, "text/plain": plain}.items() if words}
    field.evaluate(PASTE, {"texts": texts, "picture": picture, "by": by})


def test_the_toolbar_is_one_tab_stop_with_arrow_key_navigation(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed.")
    toolbar = page.get_by_role("toolbar")
    expect(toolbar).to_have_accessible_name("Formatting: Text, What’s happened")
    names = [
        "Bold", "Italic", "Heading", "Link", "List", "Numbered list", "Quote", "Table", "Picture", "Cite", "Link to page",
        "Comment",
    ]  # fmt: skip
    for name, button in zip(names, toolbar.get_by_role("button").all(), strict=True):
        expect(button).to_have_accessible_name(name)
    field.press("Shift+Tab")
    expect(toolbar.get_by_role("button", name="Bold")).to_be_focused()
    for key, name in (("ArrowRight", "Italic"), ("End", "Comment"), ("ArrowRight", "Bold")):
        page.keyboard.press(key)
        expect(toolbar.get_by_role("button", name=name)).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    text_of(page, 1).focus()
    expect(toolbar).to_have_count(1)
    expect(toolbar).to_have_attribute("aria-controls", "id_sections-1-text")
    assert find_faults(page, 1440) == []


@pytest.mark.journey
def test_formatting_is_applied_by_shortcut_and_button_and_can_be_undone(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed.")
    select(field, "pier")
    field.press("Control+b")
    expect(field).to_have_value("The **pier** is closed.")
    field.press("Control+i")
    expect(field).to_have_value("The ***pier*** is closed.")
    field.press("Control+i")
    field.press("Control+b")
    expect(field).to_have_value("The pier is closed.")
    field.press("Control+k")
    expect(field).to_have_value("The [pier](https://) is closed.")
    page.keyboard.type("https://pier.example")
    expect(field).to_have_value("The [pier](https://pier.example) is closed.")
    for _ in range(40):
        if field.input_value() == "The pier is closed.":
            break
        field.press("Control+z")
    expect(field).to_have_value("The pier is closed.")
    toolbar = page.get_by_role("toolbar")
    toolbar.get_by_role("button", name="List", exact=True).click()
    expect(field).to_have_value("- The pier is closed.")
    expect(field).to_be_focused()
    toolbar.get_by_role("button", name="List", exact=True).click()
    toolbar.get_by_role("button", name="Quote").click()
    expect(field).to_have_value("> The pier is closed.")


def test_showing_the_toolbar_does_not_move_the_clicked_line(open_page):
    page = open_form(open_page, make_story())
    text_of(page, 0).click()
    second = text_of(page, 1)
    second.scroll_into_view_if_needed()
    before = second.bounding_box()
    page.mouse.click(before["x"] + 40, before["y"] + 20)
    expect(page.get_by_role("toolbar")).to_have_attribute("aria-controls", "id_sections-1-text")
    assert abs(second.bounding_box()["y"] - before["y"]) <= 1


def test_an_address_pasted_over_words_makes_them_a_link(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed.")
    select(field, "pier")
    paste(field, plain="https://pier.example/a", html="<a href='https://pier.example/a'>Pier</a>")
    expect(field).to_have_value("The [pier](https://pier.example/a) is closed.")
    select(field, "https://pier.example/a")
    paste(field, plain="https://pier.example/b")
    expect(field).to_have_value("The [pier](https://pier.example/b) is closed.")
    field.press("Control+z")
    expect(field).to_have_value("The [pier](https://pier.example/a) is closed.")


def test_tracking_parameters_are_removed_from_pasted_links(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    tracked = "https://pier.example/a?utm_source=mail&id=3&fbclid=x_#gate"
    clean = "https://pier.example/a?id=3#gate"
    pastes = {
        "an address": ({"plain": f"{tracked}\n"}, clean),
        "a link": ({"html": f"<p>The <a href='{tracked.replace('&', '&amp;')}'>pier</a></p>"}, f"The [pier]({clean})"),
        "an address among words": ({"html": f"<p><b>See</b> {tracked}</p>"}, f"**See** {clean}"),
        "Markdown": (
            {"plain": "The [pier](https://pier.example/a_(b)?UTM_medium=x), <https://pier.example/?gclid=1>."},
            "The [pier](https://pier.example/a_(b)), <https://pier.example/>.",
        ),
        "sentences": ({"plain": f"See {tracked}. Or https://pier.example/b?utm_id=2."}, f"See {clean}. Or https://pier.example/b."),
        "what only looks like it": ({"plain": "https://pier.example/utm_source=a?my_utm_source=b"}, None),
    }  # fmt: skip
    for name, (pasted, expected) in pastes.items():
        field.fill("")
        paste(field, **pasted)
        expect(field, name).to_have_value(expected or pasted["plain"])
    write(field, "The pier is closed.")
    select(field, "pier")
    paste(field, plain=tracked)
    expect(field).to_have_value(f"The [pier]({clean}) is closed.")
    field.press("Control+z")
    expect(field).to_have_value("The pier is closed.")
    field.fill("")
    field.dispatch_event("keydown", {"key": "V", "ctrlKey": True, "shiftKey": True, "bubbles": True})
    paste(field, plain=tracked)
    expect(field).to_have_value(tracked)


def test_enter_continues_a_list_and_an_empty_item_ends_it(open_page):
    field = text_of(open_form(open_page, make_story()))
    for before, after in {
        "- gate": "- gate\n- ",
        "* gate": "* gate\n* ",
        "1. gate": "1. gate\n2. ",
        "Of these:\n\n  9) gate": "Of these:\n\n  9) gate\n  10) ",
        "- gate\n- ": "- gate\n\n",
        "1. ": "",
        "gate": "gate\n",
        "2026 gate": "2026 gate\n",
        "* * *": "* * *\n",
        "```\n- gate": "```\n- gate\n",
    }.items():
        field.fill(before)
        field.press("Control+End")
        field.press("Enter")
        expect(field).to_have_value(after)
        field.press("Control+z")
        expect(field).to_have_value(before)


def test_enter_splits_an_item_except_with_shift_or_during_composition(open_page):
    field = text_of(open_form(open_page, make_story()))
    field.fill("- gate six and gate seven\n- end")
    select(field, " and ")
    field.press("Enter")
    expect(field).to_have_value("- gate six\n- gate seven\n- end")
    field.press("Control+z")
    field.press("Shift+Enter")
    expect(field).to_have_value("- gate six\ngate seven\n- end")
    composing_enter = """(field) => field.dispatchEvent(new InputEvent("beforeinput",
        { inputType: "insertLineBreak", isComposing: true, bubbles: true, cancelable: true }))"""
    field.fill("- gate")
    assert field.evaluate(composing_enter)
    expect(field).to_have_value("- gate")


def test_pasted_html_becomes_markdown_unless_it_is_pasted_as_plain_text(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "Before.")
    html = DOCS.format(docs_line(docs("One "), docs("bold", weight=700)) + docs_line(docs("Two")))
    paste(field, html=html, plain="One bold\nTwo")
    expect(field).to_have_value("Before.\n\nOne **bold**\n\nTwo")
    field.press("Control+z")
    expect(field).to_have_value("Before.")
    field.press("End")
    field.dispatch_event("keydown", {"key": "V", "ctrlKey": True, "shiftKey": True, "bubbles": True})
    paste(field, html=html, plain=" Plain *words*")
    expect(field).to_have_value("Before. Plain *words*")


@pytest.mark.journey
def test_a_link_to_a_page_is_inserted_by_typing_its_name(open_page):
    story, topic = make_story(), make_topic(name="Delta Works Vessara", aliases=("DWV",))
    question = make_question(question="Who owns the Delta Works?")
    page = open_form(open_page, story)
    field = text_of(page)
    write(field, "Built by ")
    page.keyboard.type("[[delta works")
    suggestions = page.get_by_role("listbox", name="Stories, questions and topics")
    expect(suggestions.get_by_role("option")).to_have_count(2)
    expect(suggestions.get_by_role("option", selected=True)).to_have_count(1)
    first = suggestions.get_by_role("option").first
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    expect(field).to_have_attribute("aria-controls", suggestions.get_attribute("id"))
    expect(page.get_by_role("status").filter(has_text="2 are available")).to_have_count(1)
    assert find_faults(page, 1440) == []
    question_option = suggestions.get_by_role("option", name=re.compile("Who owns"))
    while question_option.get_attribute("aria-selected") != "true":
        field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"Built by [Who owns the Delta Works?](question:{question.slug})")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    page.keyboard.type(", by [[dwv")
    expect(suggestions.get_by_role("option")).to_contain_text("also DWV")
    field.press("Tab")
    expect(field).to_have_value(re.compile(rf", by \[Delta Works Vessara\]\(topic:{topic.slug}\)$"))
    expect(field).to_be_focused()
    page.keyboard.type(" and [[nobody knows this")
    expect(page.locator(".autocomplete")).to_contain_text("No matching point, story, question or topic")
    field.press("Escape")
    expect(page.locator(".autocomplete")).to_have_count(0)
    page.keyboard.type(" at all")
    expect(field).to_have_value(re.compile(r"\[\[nobody knows this at all$"))
    expect(page.locator(".autocomplete")).to_have_count(0)


def test_selected_words_become_the_link_text_and_a_click_selects_the_target(open_page):
    story, topic = make_story(), make_topic(name="Kelmar barrier")
    page = open_form(open_page, story)
    field = text_of(page)
    write(field, "At the barrier.")
    select(field, "barrier")
    page.get_by_role("button", name="Link to page").click()
    option = page.get_by_role("option", name=re.compile("Kelmar barrier"))
    expect(option).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value("At the barrier.")
    select(field, "barrier")
    page.get_by_role("button", name="Link to page").click()
    option.click()
    expect(field).to_have_value(f"At the [barrier](topic:{topic.slug}).")


@pytest.mark.journey
def test_links_are_read_and_written_by_name(open_page):
    topic = make_topic(name="Kelmar barrier", slug="kelmar-barrier")
    story = make_published_story(topics=(topic,), texts={"behind": f"It was [built](topic:{topic.uid}) in May."})
    page = open_form(open_page, story)
    values = page.locator("textarea").evaluate_all("(fields) => fields.map((field) => field.value)")
    assert any("[built](topic:kelmar-barrier)" in value for value in values)
    assert [value for value in values if str(topic.uid) in value] == []
    write(text_of(page), "See [the barrier](topic:kelmar-barier).")
    page.get_by_role("button", name="Save", exact=True).click()
    problems = page.locator("#problems")
    expect(problems).to_contain_text("There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”?")
    expect(text_of(page)).to_have_value("See [the barrier](topic:kelmar-barier).")
    assert find_faults(page, 1280) == []
    write(text_of(page), "See [the barrier](topic:kelmar-barrier).")
    preview = text_of(page).locator("xpath=ancestor::div[contains(@class, 'markdownx')]").locator("[data-to]")
    expect(preview).to_have_attribute("data-to", f"topic:{topic.uid}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    expect(text_of(page)).to_have_value("See [the barrier](topic:kelmar-barrier).")
    edition = publishing.publish(story, by=make_user(), change=make_update())
    reader = open_page(edition.get_absolute_url())
    expect(reader.get_by_role("link", name="the barrier").first).to_have_attribute("href", topic.get_absolute_url())


@pytest.mark.journey
def test_a_source_is_cited_by_typing_even_if_it_is_not_saved_yet(open_page):
    outlet = make_outlet(name="Radio Tessen")
    page = open_form(open_page, make_story(articles=(make_article(title="The letter nobody answered", outlet=outlet),)))
    sources = page.locator('[data-rows="citations"]')
    sources.get_by_role("button", name="Add a source").click()
    expect(sources.get_by_role("group", name="New source", exact=True)).to_be_visible()
    page.locator("#id_citations-1-url").fill("https://new.example/a")
    expect(sources.get_by_role("group", name="New source 2", exact=True)).to_be_visible()
    page.locator("#id_citations-1-title").fill("Gate seven")
    field = text_of(page)
    write(field, "Nobody answered.")
    page.keyboard.type("[@")
    suggestions = page.get_by_role("listbox", name="Sources on this page")
    expect(suggestions.get_by_role("option")).to_have_text(
        [re.compile("^1 The letter nobody answered .*Radio Tessen"), re.compile("^2 Gate seven .*not saved yet")]
    )
    page.keyboard.type("seven")
    expect(suggestions.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Nobody answered.[@2]")
    page.keyboard.type("[@1]")
    expect(page.locator(".autocomplete")).to_have_count(0)
    expect(field).to_have_value("Nobody answered.[@2][@1]")


def test_suggestions_are_positioned_within_right_to_left_text_on_a_phone(open_page):
    make_topic(name="سدّ كلمار")
    page = open_form(open_page, make_story(), viewport=PHONE)
    field = text_of(page)
    write(field, "فُتحت بوابتان من ")
    page.keyboard.type("[[كلمار")
    option = page.get_by_role("option", name=re.compile("كلمار"))
    expect(option).to_be_visible()
    box, field_box = page.locator(".autocomplete").bounding_box(), field.bounding_box()
    assert field_box["x"] - 1 <= box["x"]
    assert box["x"] + box["width"] <= field_box["x"] + field_box["width"] + 1
    assert find_faults(page, 390) == []


@pytest.mark.journey
def test_the_preview_follows_what_is_typed_and_can_be_hidden(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "It was **never** closed.[@3]")
    preview = page.get_by_role("region", name="Preview of What’s happened")
    expect(preview.locator("strong")).to_have_text("never")
    expect(preview.locator("p")).to_have_text(re.compile(r"It was never closed\..*3"))
    page.wait_for_timeout(600)
    with page.expect_response("**/markdownify/") as response:
        field.press("End")
        field.press("!")
        expect(preview).to_contain_text("!", timeout=1_000)
    assert response.value.headers["content-type"].startswith("text/html")
    expect(page.locator(".markdownx-preview:visible")).to_have_count(1)
    assert find_faults(page, 1440) == []
    page.set_viewport_size({"width": 1700, "height": 900})
    field_box, box = field.bounding_box(), preview.bounding_box()
    assert box["x"] >= field_box["x"] + field_box["width"]
    page.get_by_role("button", name="Preview of What’s happened").click()
    expect(preview).to_be_hidden()
    page.reload()
    text_of(page).focus()
    page.wait_for_timeout(300)
    expect(page.locator(".markdownx-preview:visible")).to_have_count(0)
    page.get_by_role("button", name="Preview of What’s happened").click()
    expect(page.get_by_role("region", name="Preview of What’s happened")).to_be_visible()


def test_the_old_preview_stays_while_the_server_is_slow_and_after_signing_out(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "It was **never** closed.")
    preview = page.get_by_role("region", name="Preview of What’s happened")
    expect(preview.locator("strong")).to_have_text("never")
    held: list[Route] = []
    page.route("**/markdownify/", lambda route: held.append(route))
    field.press_sequentially("!")
    expect(preview).to_have_attribute("data-updating", "")
    expect(preview.locator("strong")).to_have_text("never")
    held[-1].continue_()
    expect(preview).not_to_have_attribute("data-updating", "")
    expect(preview).to_contain_text("!")
    page.unroute("**/markdownify/")
    page.context.clear_cookies()
    field.press_sequentially("?")
    expect(preview.locator(".refused")).to_contain_text("Your text is safe.")
    expect(preview.locator("strong")).to_have_text("never")


def test_a_heading_a_numbered_list_and_a_table_are_inserted_from_the_toolbar(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    toolbar = page.get_by_role("toolbar")
    write(field, "one\ntwo")
    field.press("Control+a")
    toolbar.get_by_role("button", name="Numbered list").click()
    expect(field).to_have_value("1. one\n2. two")
    toolbar.get_by_role("button", name="List", exact=True).click()
    expect(field).to_have_value("- one\n- two")
    write(field, "How it began")
    toolbar.get_by_role("button", name="Heading").click()
    expect(field).to_have_value("### How it began")
    toolbar.get_by_role("button", name="Table").click()
    expect(field).to_have_value(
        re.compile(r"^### How it began\n\nTable: Title\n\n\| Column \| Column \|\n\| --- \| --- \|\n")
    )


@pytest.mark.journey
@pytest.mark.parametrize("by", ["paste", "drop"])
def test_a_pasted_picture_is_described_and_placed_in_the_text(open_page, by):
    story = make_story()
    page = open_form(open_page, story)
    field = text_of(page)
    write(field, "The gates stood open.")
    paste(field, picture=png(), by=by)
    dialog = page.get_by_role("dialog", name="What does the picture show?")
    expect(dialog.get_by_label("Alternative text")).to_be_focused()
    expect(dialog.get_by_role("list", name="Crops").get_by_role("listitem")).to_have_text(["16:9", "4:3", "1:1"])
    if by == "drop":
        assert find_faults(page, 1440) == []
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog.get_by_role("alert")).to_have_text("Describe the picture, or mark it as decorative.")
    dialog.get_by_label("Alternative text").fill("Gate six, half open.")
    dialog.get_by_label("Credit").fill("Ida Sund")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_have_count(0)
    expect(field).to_have_value(re.compile(r"^The gates stood open\.\n\n!\[\]\(picture:gate-six\)$"))
    row = page.locator('[data-rows="pictures"] [data-row]').last
    expect(row.get_by_label("Alternative text")).to_have_value("Gate six, half open.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    placed = story.pictures.get()
    assert (placed.alt, placed.credit, placed.image.title) == ("Gate six, half open.", "Ida Sund", "gate six")
    assert str(placed.uid) in story.sections.order_by("position").first().text


def test_a_picture_that_the_library_already_has_is_reused(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    for attempt in range(2):
        write(field, "Open.")
        paste(field, picture=png("teal"))
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Purely decorative").check()
        dialog.get_by_role("button", name="Insert").click()
        if attempt:
            expect(dialog.get_by_role("alert")).to_have_text("Already in the library: “gate six”.")
            dialog.get_by_role("button", name="Use it").click()
        expect(dialog).to_have_count(0)
        expect(field).to_have_value(f"Open.\n\n![](picture:gate-six{'.2' if attempt else ''})")
    assert Image.objects.count() == 1
    expect(page.locator('[data-rows="pictures"] [data-row]:not(.blank)')).to_have_count(2)


def test_a_picture_can_be_retried_after_another_has_been_processed(open_page):
    page = open_form(open_page, make_story())
    paste(text_of(page), picture=png())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Alternative text").fill("Gate six, half open.")
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        dialog.get_by_role("button", name="Insert").click()
        expect(dialog.get_by_role("alert")).to_have_text(images.BUSY)
    expect(dialog.get_by_label("Alternative text")).to_have_value("Gate six, half open.")
    dialog.get_by_role("button", name="Insert").click()
    expect(dialog).to_have_count(0)
    assert Image.objects.get().alt == "Gate six, half open."


def test_a_cancelled_picture_leaves_no_trace(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "Open.")
    paste(field, picture=png())
    page.get_by_role("dialog").press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(field).to_be_focused()
    expect(field).to_have_value("Open.")
    # Word puts a picture of the text on the clipboard as well; the user wants to paste the text.
    paste(field, plain=" Words", html="<p><b>Words</b></p>", picture=png())
    expect(field).to_have_value("Open.**Words**")
    assert not Image.objects.exists()


def test_a_source_is_added_by_pasting_its_address(open_page):
    existing = make_article(
        title="The letter",
        outlet=make_outlet(name="The Courier"),
        url="https://courier.example/letter",
        author="Ida Sund",
    )
    make_outlet(name="Radio Tessen", home_page="https://tessen.example")
    story = make_story()
    page = open_form(open_page, story)
    sources = page.locator('[data-rows="citations"]')
    button = sources.get_by_role("button", name="Add a source")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = "https://courier.example/letter?utm_source=mail\nhttps://www.tessen.example/new#top\n"
    page.evaluate("(text) => navigator.clipboard.writeText(text)", copied)
    button.focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#id_citations-0-title")).to_have_value("The letter")
    expect(page.locator("#id_citations-0-author")).to_have_value("Ida Sund")
    expect(sources.locator("[data-row]").first).to_contain_text("We already have this article from The Courier.")
    expect(sources.locator("[data-row] .name")).to_have_text(["New source 1", "New source 2"])
    expect(sources.get_by_text("The next source gets number 3.")).to_be_visible()
    title = page.locator("#id_citations-1-title")
    expect(page.locator("#id_citations-1-outlet_name")).to_have_value("Radio Tessen")
    expect(sources.locator("[data-row]").last).to_contain_text("We don’t fetch the page")
    expect(title).to_be_focused()
    title.fill("Nine gates")
    assert find_faults(page, 1440) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    articles = [citation.article for citation in story.citations.order_by("number")]
    assert articles[0] == existing
    assert (articles[1].title, articles[1].outlet.name, articles[1].url) == (
        "Nine gates",
        "Radio Tessen",
        "https://www.tessen.example/new",
    )


def test_shortcuts_are_listed_work_and_can_be_switched_off(open_page):
    page = open_form(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed")
    page.keyboard.type("?")
    expect(field).to_have_value("The pier is closed?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Public page").or_(page.get_by_role("link", name="History")).first.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_contain_text("Save and publish")
    assert find_faults(page, 1440) == []
    dialog.get_by_label("Use single keys").uncheck()
    expect(dialog.get_by_role("status")).to_have_text("These shortcuts are off.")
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    expect(field).to_have_value("The pier is closed?")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    field.press("Alt+PageDown")
    expect(text_of(page, 1)).to_be_focused()
    page.keyboard.press("Alt+PageUp")
    expect(field).to_be_focused()
    field.press("Control+s")
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    page.goto(reverse("admin:help"))
    single_keys = page.get_by_label("Use single keys")
    expect(single_keys).not_to_be_checked()
    assert find_faults(page, 1440) == []
    single_keys.check()
    page.go_back()
    page.locator("body").press("s")
    expect(page.locator("#id_headline")).to_be_focused()


def test_the_menu_links_to_the_help_page(open_page):
    page = open_page("/admin/", as_=make_user(role="Writer"), viewport=PHONE)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()
    assert find_faults(page, 390) == []


def test_shortcuts_do_what_the_list_says(open_page):
    story = make_story(outlets=(make_outlet(),))
    page = open_form(open_page, story)
    page.wait_for_function("document.querySelector('.finding')")
    field = text_of(page)
    field.press("F8")
    expect(page.locator(":focus")).to_have_id(re.compile("^id_"))
    expect(field).not_to_be_focused()
    page.locator(".desk-masthead a").first.focus()
    page.keyboard.press("p")
    expect(page.locator("[data-show-preview]")).to_be_focused()
    page.keyboard.press("c")
    page.wait_for_function("document.activeElement.closest('[data-comments]')")
    comments = page.get_by_role("region", name="Comments")
    for words, start_comment in (
        ("closed", lambda: field.press("Control+Alt+m")),
        ("pier", lambda: page.get_by_role("toolbar").get_by_role("button", name="Comment").click()),
    ):
        select(field, words)
        start_comment()
        expect(comments.get_by_label("Your comment")).to_be_focused()
        expect(comments.get_by_label("Quoted words")).to_have_value(words)
        expect(comments.get_by_label("About").locator("option:checked")).to_have_text("What’s happened")
    write(field, "The harbour office closed the north pier on Monday after a crack was found in its pillar.")
    field.press("Control+Shift+Enter")
    expect(find_published_message(page, "1")).to_be_visible()


def test_a_link_in_a_description_is_the_same_in_the_editor_the_preview_and_on_the_page(open_page):
    barrier, port = make_topic(name="Kelmar barrier", slug="kelmar-barrier"), make_topic(name="Port Lisle")
    publishing.publish(make_story(topics=(barrier, port)), by=make_user())
    address = reverse("admin:topics_topic_change", args=[port.pk])
    page = open_page(address, as_=make_user(role="Curator"))
    field = page.get_by_role("textbox", name="Description")
    field.fill("Behind [the barrier](topic:kelmar-barier).")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("There is no topic “kelmar-barier”. Did you mean “kelmar-barrier”?").first).to_be_visible()
    write(field, "Behind [the barrier](topic:kelmar-barrier).")
    preview = page.locator(".markdownx-preview [data-to]")
    expect(preview).to_have_text("the barrier")
    expect(preview).to_have_css("text-decoration-line", "underline")
    assert find_faults(page, 1280) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_be_visible()
    page.goto(address)
    expect(field).to_have_value("Behind [the barrier](topic:kelmar-barrier).")
    page.goto(port.get_absolute_url())
    expect(page.get_by_role("link", name="the barrier")).to_have_attribute("href", barrier.get_absolute_url())
