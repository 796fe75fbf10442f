"""Writing at the desk: the toolbar, pasting, linking and citing by typing, pictures, sources, keys."""

import re
from base64 import b64encode
from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from PIL import Image as Pillow
from playwright.sync_api import Locator, Page, expect

from newsroom.media import images
from newsroom.media.models import Image
from newsroom.media.processing import normalize
from stories.models import Edition, Work
from tests.browser import faults
from tests.browser.clipboards import DOCS, docs, docs_line
from tests.browser.conftest import PHONE, OpenPage
from tests.factories import make_article, make_outlet, make_question, make_story, make_topic, make_user

pytestmark = pytest.mark.django_db(transaction=True)

PASTE = """(field, given) => {
  const data = new DataTransfer();
  for (const [kind, text] of Object.entries(given.texts ?? {})) data.setData(kind, text);
  if (given.picture) {
    const bytes = Uint8Array.from(atob(given.picture), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], "gate_six.png", { type: "image/png" }));
  }
  if (given.by === "drop") {
    for (const kind of ["dragover", "drop"]) {
      field.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
    }
    return;
  }
  field.focus();
  const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  // What no script takes the browser puts in itself.
  if (field.dispatchEvent(event)) document.execCommand("insertText", false, given.texts["text/plain"]);
}"""


def png(colour: str = "navy") -> str:
    """Return a picture as base64."""
    buffer = BytesIO()
    Pillow.new("RGB", (320, 200), colour).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()


def faults_of(page: Page, width: int) -> list[str]:
    """Return what is wrong, in a window so high that the bar at the end of the form lies over nothing."""
    page.set_viewport_size({"width": width, "height": 7_000})
    found = faults.faults_of(page, width)
    page.set_viewport_size({"width": width, "height": 900})
    return found


def form_of(open_page: OpenPage, work: Work, **options: Any) -> Page:
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


def test_the_toolbar_is_one_stop_and_arrows_walk_in_it(open_page):
    page = form_of(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed.")
    toolbar = page.get_by_role("toolbar")
    expect(toolbar).to_have_accessible_name("Marks: Text, What’s happened")
    names = ["Bold", "Italic", "Link", "List", "Quote", "Cite", "Story, question or topic", "Comment"]
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
    assert faults_of(page, 1440) == []


@pytest.mark.journey
def test_marks_are_set_by_key_and_button_and_the_browser_takes_them_back(open_page):
    page = form_of(open_page, make_story())
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
    toolbar.get_by_role("button", name="List").click()
    expect(field).to_have_value("- The pier is closed.")
    expect(field).to_be_focused()
    toolbar.get_by_role("button", name="List").click()
    toolbar.get_by_role("button", name="Quote").click()
    expect(field).to_have_value("> The pier is closed.")


def test_the_line_that_somebody_clicks_stays_where_it_is(open_page):
    page = form_of(open_page, make_story())
    text_of(page, 0).click()
    second = text_of(page, 1)
    second.scroll_into_view_if_needed()
    before = second.bounding_box()
    page.mouse.click(before["x"] + 40, before["y"] + 20)
    expect(page.get_by_role("toolbar")).to_have_attribute("aria-controls", "id_sections-1-text")
    assert abs(second.bounding_box()["y"] - before["y"]) <= 1


def test_an_address_pasted_over_words_makes_a_link_of_them(open_page):
    page = form_of(open_page, make_story())
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


def test_a_pasted_link_keeps_nothing_that_only_follows_readers(open_page):
    page = form_of(open_page, make_story())
    field = text_of(page)
    followed = "https://pier.example/a?utm_source=mail&id=3&fbclid=x_#gate"
    clean = "https://pier.example/a?id=3#gate"
    pastes = {
        "an address": ({"plain": f"{followed}\n"}, clean),
        "a link": ({"html": f"<p>The <a href='{followed.replace('&', '&amp;')}'>pier</a></p>"}, f"The [pier]({clean})"),
        "an address among words": ({"html": f"<p><b>See</b> {followed}</p>"}, f"**See** {clean}"),
        "Markdown": (
            {"plain": "The [pier](https://pier.example/a_(b)?UTM_medium=x), <https://pier.example/?gclid=1>."},
            "The [pier](https://pier.example/a_(b)), <https://pier.example/>.",
        ),
        "sentences": ({"plain": f"See {followed}. Or https://pier.example/b?utm_id=2."}, f"See {clean}. Or https://pier.example/b."),
        "what only looks like it": ({"plain": "https://pier.example/utm_source=a?my_utm_source=b"}, None),
    }  # fmt: skip
    for name, (given, wanted) in pastes.items():
        field.fill("")
        paste(field, **given)
        expect(field, name).to_have_value(wanted or given["plain"])
    write(field, "The pier is closed.")
    select(field, "pier")
    paste(field, plain=followed)
    expect(field).to_have_value(f"The [pier]({clean}) is closed.")
    field.press("Control+z")
    expect(field).to_have_value("The pier is closed.")
    field.fill("")
    field.dispatch_event("keydown", {"key": "V", "ctrlKey": True, "shiftKey": True, "bubbles": True})
    paste(field, plain=followed)
    expect(field).to_have_value(followed)


def test_enter_continues_a_list_and_ends_it_in_an_item_without_words(open_page):
    field = text_of(form_of(open_page, make_story()))
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


def test_enter_breaks_an_item_in_two_and_with_shift_or_while_a_word_is_composed_only_a_line(open_page):
    field = text_of(form_of(open_page, make_story()))
    field.fill("- gate six and gate seven\n- end")
    select(field, " and ")
    field.press("Enter")
    expect(field).to_have_value("- gate six\n- gate seven\n- end")
    field.press("Control+z")
    field.press("Shift+Enter")
    expect(field).to_have_value("- gate six\ngate seven\n- end")
    composed = """(field) => field.dispatchEvent(new InputEvent("beforeinput",
        { inputType: "insertLineBreak", isComposing: true, bubbles: true, cancelable: true }))"""
    field.fill("- gate")
    assert field.evaluate(composed)
    expect(field).to_have_value("- gate")


def test_a_paste_from_elsewhere_is_markdown_unless_it_is_pasted_plain(open_page):
    page = form_of(open_page, make_story())
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
def test_a_link_to_a_story_is_put_in_by_typing_its_name(open_page):
    story, topic = make_story(), make_topic(name="Delta Works Vessara", aliases=("DWV",))
    question = make_question(question="Who owns the Delta Works?")
    page = form_of(open_page, story)
    field = text_of(page)
    write(field, "Built by ")
    page.keyboard.type("[[delta works")
    listed = page.get_by_role("listbox", name="Stories, questions and topics")
    expect(listed.get_by_role("option")).to_have_count(2)
    expect(listed.get_by_role("option", selected=True)).to_have_count(1)
    first = listed.get_by_role("option").first
    expect(field).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    expect(field).to_have_attribute("aria-controls", listed.get_attribute("id"))
    expect(page.get_by_role("status").filter(has_text="2 are on offer")).to_have_count(1)
    assert faults_of(page, 1440) == []
    wanted = listed.get_by_role("option", name=re.compile("Who owns"))
    while wanted.get_attribute("aria-selected") != "true":
        field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(f"Built by [Who owns the Delta Works?](question:{question.uid})")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile(".*"))
    page.keyboard.type(", by [[dwv")
    expect(listed.get_by_role("option")).to_contain_text("also DWV")
    field.press("Tab")
    expect(field).to_have_value(re.compile(rf", by \[Delta Works Vessara\]\(topic:{topic.uid}\)$"))
    expect(field).to_be_focused()
    page.keyboard.type(" and [[nobody knows this")
    expect(page.locator(".autocomplete")).to_contain_text("No story, question or topic")
    field.press("Escape")
    expect(page.locator(".autocomplete")).to_have_count(0)
    page.keyboard.type(" at all")
    expect(field).to_have_value(re.compile(r"\[\[nobody knows this at all$"))
    expect(page.locator(".autocomplete")).to_have_count(0)


def test_chosen_words_stay_the_words_of_the_link_and_a_press_of_the_mouse_takes_it(open_page):
    story, topic = make_story(), make_topic(name="Kelmar barrier")
    page = form_of(open_page, story)
    field = text_of(page)
    write(field, "At the barrier.")
    select(field, "barrier")
    page.get_by_role("button", name="Story, question or topic").click()
    option = page.get_by_role("option", name=re.compile("Kelmar barrier"))
    expect(option).to_be_visible()
    field.press("Escape")
    expect(field).to_have_value("At the barrier.")
    select(field, "barrier")
    page.get_by_role("button", name="Story, question or topic").click()
    option.click()
    expect(field).to_have_value(f"At the [barrier](topic:{topic.uid}).")


@pytest.mark.journey
def test_a_source_is_cited_by_typing_also_one_that_is_not_saved_yet(open_page):
    outlet = make_outlet(name="Radio Tessen")
    page = form_of(open_page, make_story(articles=(make_article(title="The letter nobody answered", outlet=outlet),)))
    part = page.locator('[data-rows="citations"]')
    part.get_by_role("button", name="Add a source").click()
    page.locator("#id_citations-1-url").fill("https://new.example/a")
    page.locator("#id_citations-1-title").fill("Gate seven")
    field = text_of(page)
    write(field, "Nobody answered.")
    page.keyboard.type("[@")
    listed = page.get_by_role("listbox", name="Sources of this work")
    expect(listed.get_by_role("option")).to_have_text(
        [re.compile("^1 The letter nobody answered .*Radio Tessen"), re.compile("^2 Gate seven .*not saved yet")]
    )
    page.keyboard.type("seven")
    expect(listed.get_by_role("option")).to_have_count(1)
    field.press("Enter")
    expect(field).to_have_value("Nobody answered.[@2]")
    page.keyboard.type("[@1]")
    expect(page.locator(".autocomplete")).to_have_count(0)
    expect(field).to_have_value("Nobody answered.[@2][@1]")


def test_what_is_offered_stands_right_in_a_text_from_right_to_left_and_on_a_phone(open_page):
    make_topic(name="سدّ كلمار")
    page = form_of(open_page, make_story(), viewport=PHONE)
    field = text_of(page)
    write(field, "فُتحت بوابتان من ")
    page.keyboard.type("[[كلمار")
    option = page.get_by_role("option", name=re.compile("كلمار"))
    expect(option).to_be_visible()
    box, within = page.locator(".autocomplete").bounding_box(), field.bounding_box()
    assert within["x"] - 1 <= box["x"]
    assert box["x"] + box["width"] <= within["x"] + within["width"] + 1
    assert faults_of(page, 390) == []


@pytest.mark.journey
@pytest.mark.parametrize("by", ["paste", "drop"])
def test_a_picture_is_described_at_once_and_stands_in_the_text(open_page, by):
    story = make_story()
    page = form_of(open_page, story)
    field = text_of(page)
    write(field, "The gates stood open.")
    paste(field, picture=png(), by=by)
    dialog = page.get_by_role("dialog", name="What does the picture show?")
    expect(dialog.get_by_label("Alternative text")).to_be_focused()
    if by == "drop":
        assert faults_of(page, 1440) == []
    dialog.get_by_role("button", name="Place it").click()
    expect(dialog.get_by_role("alert")).to_have_text("Say what the picture shows, or mark it as decorative.")
    dialog.get_by_label("Alternative text").fill("Gate six, half open.")
    dialog.get_by_label("Credit").fill("Ida Sund")
    dialog.get_by_role("button", name="Place it").click()
    expect(dialog).to_have_count(0)
    expect(field).to_have_value(re.compile(r"^The gates stood open\.\n\n!\[\]\(picture:[0-9a-f-]{36}\)$"))
    row = page.locator('[data-rows="pictures"] [data-row]').last
    expect(row.get_by_label("Alternative text")).to_have_value("Gate six, half open.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    placed = story.pictures.get()
    assert (placed.alt, placed.credit, placed.image.title) == ("Gate six, half open.", "Ida Sund", "gate six")
    assert str(placed.uid) in story.sections.order_by("position").first().text


def test_a_picture_that_the_library_has_is_used_from_there(open_page):
    page = form_of(open_page, make_story())
    field = text_of(page)
    for turn in range(2):
        write(field, "Open.")
        paste(field, picture=png("teal"))
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Decorative: it says nothing").check()
        dialog.get_by_role("button", name="Place it").click()
        if turn:
            expect(dialog.get_by_role("alert")).to_have_text("The library has this picture already, as “gate six”.")
            dialog.get_by_role("button", name="Use the one of the library").click()
        expect(dialog).to_have_count(0)
    assert Image.objects.count() == 1
    expect(page.locator('[data-rows="pictures"] [data-row]:not(.blank)')).to_have_count(2)


def test_who_drops_a_picture_while_another_is_read_is_told_so_and_tries_again(open_page):
    page = form_of(open_page, make_story())
    paste(text_of(page), picture=png())
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Alternative text").fill("Gate six, half open.")
    with normalize.acquire_without_waiting(normalize.FULL_SIZE_LOCK):
        dialog.get_by_role("button", name="Place it").click()
        expect(dialog.get_by_role("alert")).to_have_text(images.BUSY)
    expect(dialog.get_by_label("Alternative text")).to_have_value("Gate six, half open.")
    dialog.get_by_role("button", name="Place it").click()
    expect(dialog).to_have_count(0)
    assert Image.objects.get().alt == "Gate six, half open."


def test_a_picture_that_is_given_up_leaves_nothing(open_page):
    page = form_of(open_page, make_story())
    field = text_of(page)
    write(field, "Open.")
    paste(field, picture=png())
    page.get_by_role("dialog").press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(field).to_be_focused()
    expect(field).to_have_value("Open.")
    # Word puts a picture of the text beside the text: the text is what is meant.
    paste(field, plain=" Words", html="<p><b>Words</b></p>", picture=png())
    expect(field).to_have_value("Open.**Words**")
    assert not Image.objects.exists()


def test_a_source_is_added_by_pasting_its_address(open_page):
    kept = make_article(
        title="The letter",
        outlet=make_outlet(name="The Courier"),
        url="https://courier.example/letter",
        author="Ida Sund",
    )
    make_outlet(name="Radio Tessen", home_page="https://tessen.example")
    story = make_story()
    page = form_of(open_page, story)
    part = page.locator('[data-rows="citations"]')
    button = part.get_by_role("button", name="Add a source")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copied = "https://courier.example/letter?utm_source=mail\nhttps://www.tessen.example/new#top\n"
    page.evaluate("(text) => navigator.clipboard.writeText(text)", copied)
    button.focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#id_citations-0-title")).to_have_value("The letter")
    expect(page.locator("#id_citations-0-author")).to_have_value("Ida Sund")
    expect(part.locator("[data-row]").first).to_contain_text("kept already: it comes from The Courier")
    title = page.locator("#id_citations-1-title")
    expect(page.locator("#id_citations-1-outlet_name")).to_have_value("Radio Tessen")
    expect(part.locator("[data-row]").last).to_contain_text("The page itself is not opened")
    expect(title).to_be_focused()
    title.fill("Nine gates")
    assert faults_of(page, 1440) == []
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("Saved as revision")
    cited = [citation.article for citation in story.citations.order_by("number")]
    assert cited[0] == kept
    assert (cited[1].title, cited[1].outlet.name, cited[1].url) == (
        "Nine gates",
        "Radio Tessen",
        "https://www.tessen.example/new",
    )


def test_the_keys_are_listed_and_work_and_can_be_switched_off(open_page):
    page = form_of(open_page, make_story())
    field = text_of(page)
    write(field, "The pier is closed")
    page.keyboard.type("?")
    expect(field).to_have_value("The pier is closed?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="Public page").or_(page.get_by_role("link", name="History")).first.focus()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys")
    expect(dialog).to_contain_text("Save and publish")
    assert faults_of(page, 1440) == []
    dialog.get_by_label("Use single keys").uncheck()
    expect(dialog.get_by_role("status")).to_have_text("These keys are off.")
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
    single = page.get_by_label("Use single keys")
    expect(single).not_to_be_checked()
    assert faults_of(page, 1440) == []
    single.check()
    page.go_back()
    page.locator("body").press("s")
    expect(page.locator("#id_headline")).to_be_focused()


def test_help_is_a_page_that_everybody_at_the_desk_is_led_to(open_page):
    page = open_page("/admin/", as_=make_user(role="Writer"), viewport=PHONE)
    page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name="Help").click()
    expect(page.get_by_role("heading", name="Help")).to_be_visible()
    assert faults_of(page, 390) == []


def test_the_keys_lead_to_what_they_say(open_page):
    story = make_story(outlets=(make_outlet(),))
    page = form_of(open_page, story)
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
    for words, ask in (
        ("closed", lambda: field.press("Control+Alt+m")),
        ("pier", lambda: page.get_by_role("toolbar").get_by_role("button", name="Comment").click()),
    ):
        select(field, words)
        ask()
        expect(comments.get_by_label("Your comment")).to_be_focused()
        expect(comments.get_by_label("Certain words in it")).to_have_value(words)
        expect(comments.get_by_label("About").locator("option:checked")).to_have_text("What’s happened")
    write(field, "The harbour office closed the north pier on Monday after a crack was found in its pillar.")
    field.press("Control+Shift+Enter")
    expect(page.locator(".messagelist")).to_be_visible()
    assert Edition.objects.exists() or "/send/" in page.url
