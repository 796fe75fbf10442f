"""The sections of a form in a browser: they fold, say what they have, and are reached by key and from the outline."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from stories.models import Story
from stories.publishing import review
from tests.browser.faults import find_faults
from tests.factories import make_article, make_outlet, make_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "The lock was named in a letter of June, and nobody answered it before the water came."


@pytest.fixture
def story() -> Story:
    return make_story(outlets=(make_outlet(),), texts={"background": f"TK: {TEXT}"}, standfirst="It closed.")


# Returns the names of fields that another field has too, each with the names of the groups that it is in.
SHARED_NAMES = """() => {
  const textOf = (ids) => ids.split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ");
  const nameOf = (element, labels) => element.ariaLabel || textOf(element.getAttribute("aria-labelledby") ?? "").trim() || labels;
  const names = [...document.querySelectorAll("#story_form :is(input, select, textarea)")].filter((each) => each.checkVisibility()).map((field) => {
    const parts = [nameOf(field, [...(field.labels ?? [])].map((label) => label.textContent).join(" "))];
    for (let group = field.closest("fieldset, [role=group], section"); group; group = group.parentElement.closest("fieldset, [role=group], section")) {
      parts.unshift(nameOf(group, group.querySelector(":scope > legend")?.textContent ?? ""));
    }
    return parts.join(" / ").replace(/\\s+/g, " ");
  });
  return names.filter((name, index) => names.indexOf(name) !== index);
}"""


def test_no_two_fields_of_a_form_have_the_same_name(open_page):
    story = make_story(outlets=(make_outlet(), make_outlet()), articles=(make_article(), make_article()))
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    expect(page.get_by_role("region", name="Sources")).to_be_visible()
    assert page.evaluate(SHARED_NAMES) == []


def test_a_section_folds_to_its_heading_words_and_findings(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    heading = page.locator("summary", has_text="How we got here")
    expect(heading).to_contain_text(re.compile(r"How we got here\s*18 words,\s+1 blocker"))
    text = page.locator("textarea", has_text="The lock was named")
    heading.click()
    expect(text).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("revision")
    expect(text).to_be_hidden()
    page.locator("#before a", has_text="TK").first.click()
    expect(text).to_be_focused()


def test_a_folded_section_with_an_error_opens_on_saving(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    sources = page.get_by_role("region", name="Sources")
    page.get_by_role("button", name="Add a source").click()
    sources.get_by_label("Title").fill("The letter nobody answered")
    sources.locator("summary").click()
    expect(sources.get_by_label("Title")).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#problems")).to_be_visible()
    expect(sources.get_by_label("Title")).to_be_visible()


def test_three_keys_lead_from_the_headline_to_how_the_page_was_made(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.get_by_role("textbox", name="Headline", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Alt+PageUp")
    expect(page.get_by_role("textbox", name="How this page was made")).to_be_focused()


def test_an_added_section_is_named_by_what_is_typed_and_moves_within_its_group(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.get_by_role("button", name="Add a section to The story").click()
    added = page.locator("[data-page-group=story] > .row-list > .part").last
    added.get_by_label("Heading").fill("A word on tides")
    added.get_by_label("Text").fill(TEXT)
    expect(page.get_by_role("heading", name="A word on tides")).to_be_visible()
    page.get_by_role("button", name="Move this section up").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text("revision")
    kinds = [section.kind for section in story.sections.all()]
    assert kinds == ["happened", "behind", "papers", "free", "background"]


def test_an_added_section_shows_the_heading_that_readers_see_if_none_is_typed(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.get_by_role("button", name="Add a section to What comes next").click()
    added = page.locator("[data-page-group=next] > .row-list > .part").last
    heading = added.get_by_label("Heading")
    expect(heading).to_have_attribute("placeholder", "Timeline")
    added.get_by_label("Kind").select_option("What we don’t know yet")
    expect(heading).to_have_attribute("placeholder", "What we don’t know yet")
    page.get_by_role("button", name="Add a section to The story").click()
    other = page.locator("[data-page-group=story] > .row-list > .part").last
    expect(other.get_by_label("Heading")).to_have_attribute("placeholder", "")


def test_the_outline_shows_words_and_findings_and_leads_to_a_section(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.set_viewport_size({"width": 1440, "height": 900})
    outline = page.get_by_role("navigation", name="Outline")
    entry = outline.get_by_role("link", name="How we got here")
    expect(entry).to_have_accessible_name(re.compile(r"How we got here 1 blocker 18"))
    outline.get_by_role("button", name="Fold all", exact=True).click()
    expect(page.locator("textarea", has_text="The lock was named")).to_be_hidden()
    entry.click()
    expect(page.locator("summary", has_text="How we got here")).to_be_focused()
    expect(page.locator("textarea", has_text="The lock was named")).to_be_visible()
    expect(entry).to_have_attribute("aria-current", "true")
    outline.get_by_role("button", name="Unfold all").click()
    page.get_by_role("button", name="Add a section to What comes next").click()
    expect(outline.get_by_role("link", name="New section")).to_be_visible()
    assert find_faults(page, 1440) == []


@pytest.mark.parametrize("width", [390, 1100, 1280, 1440])
def test_without_scripts_the_outline_leaves_the_fields_their_width(open_page, story, width):
    address = reverse(story.change_view_name, args=[story.pk])
    page = open_page(address, as_=make_user(), java_script_enabled=False, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.get_by_role("textbox", name="Headline", exact=True).bounding_box()["width"] > 300
    expect(page.get_by_role("navigation", name="Outline").get_by_role("link", name="How we got here")).to_be_visible()


@pytest.mark.parametrize("width", [390, 320])
def test_on_a_phone_a_review_is_one_line_above_the_headline(open_page, story, width):
    review.send_for_review(story, by=make_user())
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.set_viewport_size({"width": width, "height": 844})
    assert page.get_by_role("textbox", name="Headline", exact=True).bounding_box()["y"] < 260
    strip = page.get_by_role("region", name="In review")
    expect(strip.get_by_role("button", name="Approve", exact=True)).to_be_hidden()
    strip.locator("summary").click()
    expect(strip.get_by_role("button", name="Approve", exact=True)).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 844})
    strip.locator("summary").dispatch_event("click")
    expect(strip.get_by_role("button", name="Approve", exact=True)).to_be_visible()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (320, 568)])
def test_on_a_phone_the_bar_is_low_and_the_headline_near_the_top(open_page, story, width, height):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.set_viewport_size({"width": width, "height": height})
    bar = page.locator(".submit-row").bounding_box()
    assert bar["height"] <= 48
    assert bar["y"] + bar["height"] <= height
    assert page.get_by_role("textbox", name="Headline", exact=True).bounding_box()["y"] < 260
    page.get_by_role("button", name=re.compile("checks, people and history")).click()
    link = page.locator("#before a", has_text="TK").first
    expect(link).to_be_visible()
    link.click()
    expect(page.locator("#checks")).to_be_hidden()
    text = page.locator("textarea", has_text="The lock was named")
    expect(text).to_be_focused()
    box = text.bounding_box()
    assert box["y"] + box["height"] <= page.locator(".submit-row").bounding_box()["y"]
    page.get_by_role("button", name="Outline").click()
    page.get_by_role("navigation", name="Outline").get_by_role("link", name="Common questions").click()
    expect(page.get_by_role("region", name="Common questions")).to_be_focused()
    page.set_viewport_size({"width": 700, "height": 419})  # on its side
    page.evaluate("scrollTo(0, 0)")
    expect(page.locator(".submit-row")).not_to_be_in_viewport()


# Returns whether the focus is in the bar, and what is focused if the bar covers it; of a large text, its first line.
# Previews of texts that arrive late move the focused field, which the page scrolls into view before the next frame.
READ_FOCUSED = """async () => {
  for (let frames = 0; frames < 2; frames++) await new Promise(requestAnimationFrame);
  const bar = document.querySelector(".submit-row"), focused = document.activeElement;
  const { top, bottom } = focused.getBoundingClientRect(), edge = bar.getBoundingClientRect().top;
  const isCovered = Math.min(bottom, top + 40) > edge + 1 && top < innerHeight;
  return [bar.contains(focused), isCovered ? focused.outerHTML.slice(0, 200) : ""];
}"""


def test_on_a_phone_the_bar_covers_no_focused_field_and_comes_last(open_page, story):
    page = open_page(reverse(story.change_view_name, args=[story.pk]), as_=make_user())
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("textbox", name="Headline", exact=True).focus()
    covered, is_in_bar, count = [], False, 0
    while not is_in_bar:
        page.keyboard.press("Tab")
        is_in_bar, words = page.evaluate(READ_FOCUSED)
        covered += [words] if words and not is_in_bar else []
        count += 1
        assert count < 300
    assert covered == []
    assert count > 40
    page.keyboard.press("Shift+Tab")
    assert not page.evaluate(READ_FOCUSED)[0]
    buttons = page.locator(".submit-row").get_by_role("button").locator("visible=true")
    assert all(button.bounding_box()["height"] >= 43.5 for button in buttons.all())


def test_on_a_phone_without_scripts_the_bar_is_in_the_window(open_page, story):
    address = reverse(story.change_view_name, args=[story.pk])
    phone = {"width": 390, "height": 844}
    page = open_page(address, as_=make_user(), java_script_enabled=False, viewport=phone)
    bar = page.locator(".submit-row")
    expect(bar).to_be_in_viewport(ratio=1)
    expect(bar.get_by_role("button", name="Save", exact=True)).to_be_visible()


def test_a_long_headline_is_shown_whole(open_page):
    story = make_story(
        headline="Why two of the nine gates of the Kelmar barrier never closed in the night of the storm, and who held the key"
    )
    page = open_page(as_=make_user())
    for width in (320, 390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        page.goto(reverse(story.change_view_name, args=[story.pk]))
        headline = page.get_by_role("textbox", name="Headline", exact=True)
        assert headline.evaluate("({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth"), width
        assert headline.evaluate("({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight"), width
