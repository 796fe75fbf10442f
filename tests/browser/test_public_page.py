"""Reading public pages in a real Chromium."""

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from newsroom.static_files import minify
from tests.factories import make_published_story
from tests.journeys.pages import every_page

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def addresses(db):
    """Return the address of every kind of page, keyed by name."""
    return every_page()


@pytest.mark.journey
def test_the_menu_the_contents_and_search_work_without_javascript(open_page, addresses):
    page = open_page(addresses["story"], java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("link", name="Topics", exact=True)).to_be_visible()
    page.get_by_role("navigation", name="Contents").get_by_text("Contents", exact=True).click()
    expect(page.get_by_role("navigation", name="Contents").get_by_role("link", name="Sources")).to_be_visible()
    page.goto("/search/")
    page.get_by_role("searchbox").fill("pier")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("heading", name="most relevant first")).to_be_visible()


@pytest.mark.parametrize("name", ["front_page", "story"])
def test_escape_and_a_click_elsewhere_close_the_menu_on_a_phone(open_page, addresses, name):
    page = open_page(addresses[name], viewport={"width": 390, "height": 844})
    button, link = page.get_by_role("button", name="Menu"), page.get_by_role("link", name="Outlets", exact=True).first
    for close in (lambda: page.keyboard.press("Escape"), lambda: page.mouse.click(100, 600)):
        button.click()
        expect(link).to_be_visible()
        close()
        expect(link).to_be_hidden()


def test_on_a_wide_screen_the_navigation_and_the_contents_are_visible(open_page, addresses):
    page = open_page(addresses["story"])
    expect(page.get_by_role("navigation", name="Main navigation").get_by_role("link", name="Questions")).to_be_visible()
    expect(page.get_by_role("navigation", name="Contents").get_by_role("link", name="Sources")).to_be_visible()


def test_the_contents_mark_the_section_being_read(open_page, addresses):
    page = open_page(addresses["story"])
    contents = page.get_by_role("navigation", name="Contents")
    # This section is tall: after a short one, the next section would begin in the same third of the window.
    contents.get_by_role("link", name="What the papers say").click()
    expect(contents.locator("[aria-current]")).to_have_text("What the papers say")


def test_the_first_tab_stop_skips_the_masthead(open_page, addresses):
    page = open_page(addresses["story"])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_without_javascript_a_citation_links_to_its_source_and_back(open_page, addresses):
    page = open_page(addresses["story"], java_script_enabled=False)
    citation = page.locator("a.cite").first
    citation.click()
    assert page.url.endswith("#source-1")
    # Two citations name the source: a section, and a forecast.
    page.locator(":target").get_by_role("link", name="Citation a of 2").click()
    assert page.url.endswith(f"#{citation.get_attribute('id')}")


def test_a_footnote_reference_links_to_its_note_and_back(open_page):
    story = make_published_story(texts={"behind": "The pier was shut.[^1]\n\n[^1]: At night alone."})
    page = open_page(f"/stories/{story.slug}/")
    page.get_by_role("link", name="Note 1").click()
    expect(page.locator(":target")).to_contain_text("At night alone.")
    page.locator("a.footnote-back").click()
    expect(page.locator(":target")).to_have_text("Note 1")


def test_touch_targets_are_large_enough(open_page, addresses):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    small = {}
    for name, path in addresses.items():
        page.goto(path)
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, .masthead a, .site-footer a, .action, .path a, .back')]
                .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length)
                .filter((element) => element.getBoundingClientRect().height < 43.5)
                .map((element) => element.outerHTML.slice(0, 80))"""
        )
        if sizes:
            small[name] = sizes
    assert small == {}


def test_a_printed_page_has_no_navigation_and_shows_the_addresses_of_sources(open_page, addresses):
    page = open_page(addresses["story"])
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main navigation")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Contents")).to_be_hidden()
    printed_address = page.evaluate("getComputedStyle(document.querySelector('.sources .title'), '::after').content")
    assert "https://paper.example/" in printed_address


def test_without_the_web_font_no_page_is_too_wide(open_page, addresses):
    page = open_page(viewport={"width": 320, "height": 900})
    page.route("**/*.woff2", lambda route: route.abort())
    too_wide = []
    for name, path in addresses.items():
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            too_wide.append(name)
    assert too_wide == []


def test_minified_style_sheets_have_the_same_rules(open_page, live_server):
    page = open_page("/")
    rules = """(css) => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        return [...sheet.cssRules].map((rule) => rule.cssText.replaceAll(", ", ","));
    }"""
    sheets = sorted((Path(settings.BASE_DIR) / "static" / "css").glob("*.css"))
    style_sheets = {sheet.name: sheet.read_text(encoding="utf-8") for sheet in sheets}
    assert len(style_sheets) > 10
    for name, css in style_sheets.items():
        assert page.evaluate(rules, minify(css)) == page.evaluate(rules, css), name
