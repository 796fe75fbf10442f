"""The staff bar on public pages, in a real Chromium: only users who are signed in see the bar."""

import re

import pytest
from playwright.sync_api import expect

from newsroom.http import clock
from stories.drafts import revisions
from tests.browser.conftest import DESKTOP, PHONE, sign_in
from tests.browser.faults import MAX_SHIFT, SHIFTS, find_faults
from tests.factories import make_published_story, make_topic, make_user
from tests.journeys.stored_pages import fetch_stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story():
    """Return a live story with a newer draft."""
    story = make_published_story(topics=(make_topic(),), slug="pier")
    story.headline = "Why the pier stays closed until the survey is read"
    story.save()
    revisions.record_revision(story, by=None)
    return story


@pytest.mark.journey
def test_the_bar_links_a_stored_page_to_its_form_and_disappears_after_signing_out(open_page, story):
    reader = open_page("/")
    for _ in range(2):  # if a page key has no version yet, the first response is not stored
        reader.goto("/stories/pier/")
    stored = fetch_stored("/stories/pier/", at=clock.now())
    page = open_page(as_=make_user(role="Editor", username="ed"))
    page.route(
        "**/stories/pier/", lambda route: route.fulfill(status=200, headers={**stored.headers}, body=stored.content)
    )
    page.goto("/stories/pier/")
    bar = page.get_by_role("navigation", name="Desk")
    expect(bar.locator("p")).to_have_text(["Live", "newer draft exists"])
    expect(reader.locator(".desk-bar")).to_have_count(0)
    bar.get_by_role("link", name="Edit this story").click()
    expect(page.get_by_label("Headline").first).to_have_value(story.headline)

    page.goto("/accounts/logout/")
    page.get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).click()
    page.goto("/stories/pier/")
    page.wait_for_load_state("networkidle")
    expect(bar).to_have_count(0)


def test_the_bar_disappears_from_a_page_in_the_browser_cache_after_signing_out(open_page, story):
    page = open_page("/stories/pier/", as_=make_user(role="Editor", username="ed"))
    expect(page.locator(".desk-bar")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".desk-bar")).to_have_count(0)


def test_an_anonymous_reader_makes_no_further_requests(open_page, story):
    page = open_page()
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    for address in ("/stories/pier/", "/", "/topics/", "/nowhere/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert not [url for url in urls if "/admin/" in url or "bar.css" in url]
    assert page.context.cookies() == []


def test_a_cookie_left_from_an_ended_session_causes_one_request_only(open_page, story):
    page = open_page()
    page.goto("/healthz")
    page.context.add_cookies([{"name": "desk", "value": "1", "url": page.url}])
    urls = []
    page.on("request", lambda request: urls.append(request.url))
    for _ in range(2):
        page.goto("/stories/pier/")
        page.wait_for_load_state("networkidle")
    assert len([url for url in urls if "/admin/bar/" in url]) == 1
    assert page.locator(".desk-bar").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_bar_is_accessible_shifts_nothing_and_can_be_reached_by_keyboard(open_page, story, viewport, scheme):
    # Load the web fonts first. On a slow machine they arrive late and shift the layout by themselves.
    page = open_page("/stories/pier/", viewport=viewport, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.add_init_script(SHIFTS)
    sign_in(page, make_user(role="Administrator", username="chief").username)
    page.goto("/stories/pier/")
    bar = page.locator(".desk-bar")
    expect(bar).to_be_visible()
    assert find_faults(page, viewport["width"]) == []
    assert page.evaluate("window.shifts") <= MAX_SHIFT
    assert bar.bounding_box()["height"] <= 48
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    for link in bar.get_by_role("link").all():
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
    # The bar does not cover the end of the page.
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    footer = page.locator("footer, .site-footer").last.bounding_box()
    assert footer["y"] + footer["height"] <= bar.bounding_box()["y"] + 1


def test_the_bar_is_not_printed(open_page, story):
    page = open_page("/stories/pier/", as_=make_user(role="Editor", username="ed"))
    expect(page.locator(".desk-bar")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".desk-bar")).to_be_hidden()


def test_the_bar_is_in_the_language_of_the_page(open_page):
    make_published_story(slug="pier-ar", language="ar")
    page = open_page("/stories/pier-ar/", as_=make_user(role="Editor", username="ed"), viewport=PHONE)
    expect(page.get_by_role("link", name="تعديل هذا التقرير")).to_be_visible()
    expect(page.locator(".desk-bar")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
