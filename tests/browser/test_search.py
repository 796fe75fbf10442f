"""Searching in a real Chromium: suggestions with the keyboard, and searching without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.faults import MAX_SHIFT, SHIFTS, find_faults
from tests.factories import make_published_question, make_published_story, make_topic

pytestmark = pytest.mark.django_db(transaction=True)

LABEL = "Search stories, questions, topics and outlets"


@pytest.mark.journey
def test_suggestions_are_selected_with_the_keyboard_and_shift_nothing(open_page, live_server):
    topic = make_topic(name="Kelmar barrier")
    make_published_story(headline="Why the Kelmar gates stood open", topics=(topic,))
    make_published_question(question="Can Kelmar happen again?", topics=(topic,))
    page = open_page(viewport=PHONE)
    page.add_init_script(SHIFTS)
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto("/search/?q=gates")
    field = page.get_by_role("combobox", name=LABEL)
    suggestions = page.get_by_role("listbox").get_by_role("option")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.fill("")
    field.press_sequentially("kelm", delay=20)
    expect(suggestions).to_have_count(3)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").first).to_have_text("3 suggestions")
    field.press("ArrowDown")
    expect(suggestions.first).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", suggestions.first.get_attribute("id"))
    assert find_faults(page, PHONE["width"]) == []
    field.press("ArrowUp")
    expect(suggestions.last).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(suggestions).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("kelm")
    field.press("ArrowDown")
    expect(suggestions.first).to_have_attribute("aria-selected", "true")
    assert page.evaluate("window.shifts") <= MAX_SHIFT
    field.press("Enter")
    page.wait_for_url(f"**{topic.get_absolute_url()}")
    assert all(url.startswith(live_server.url) for url in urls)
    assert sum("/suggestions/" in url for url in urls) < len("kelm") + 2


def test_enter_without_a_selected_suggestion_searches_for_the_words(open_page):
    make_published_story(headline="Why the Kelmar gates stood open")
    page = open_page("/search/")
    field = page.get_by_role("combobox", name=LABEL)
    field.press_sequentially("kelmar")
    expect(page.get_by_role("listbox").get_by_role("option")).to_have_count(1)
    field.press("Enter")
    page.wait_for_url("**/search/?q=kelmar*")
    expect(page.get_by_role("heading", name="Why the Kelmar gates stood open")).to_be_visible()


def test_a_search_can_be_filtered_without_javascript(open_page):
    make_published_story(headline="Why the Kelmar gates stood open")
    make_published_question(question="Can Kelmar happen again?")
    page = open_page("/search/?q=kelmar", java_script_enabled=False, viewport=PHONE)
    page.get_by_text("Filter by type, topic, outlet or date").click()
    page.get_by_label("Type").select_option("Questions (1)")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("heading", name="Can Kelmar happen again?")).to_be_visible()
    expect(page.get_by_role("heading", name="Why the Kelmar gates stood open")).to_have_count(0)


def test_the_results_for_each_part_are_counted_when_the_choices_are_opened(open_page):
    make_published_story(texts={"behind": "A dredger struck the gates."})
    page = open_page()
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    page.goto("/search/?q=dredger")
    page.locator("details.search-filters > summary").click()
    section = page.get_by_label("Section of a story")
    assert not any("/sections/" in url for url in urls)
    section.focus()
    expect(section.locator("option[value=behind]")).to_have_text(re.compile(r"\(1\)$"))
    expect(section.locator("option[value=background]")).not_to_have_text(re.compile(r"\("))
    page.get_by_label("Type").focus()
    section.focus()
    assert sum("/sections/?q=dredger" in url for url in urls) == 1
