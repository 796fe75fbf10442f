"""The bar of the desk on readers' pages, in a real Chromium: there for whoever signed in, and for nobody else."""

import re

import pytest
from playwright.sync_api import expect

from newsroom.http import clock
from stories.drafts import revisions
from tests.browser.conftest import DESKTOP, PHONE, sign_in
from tests.browser.faults import MOST_SHIFT, SHIFTS, faults_of
from tests.factories import make_published_story, make_topic, make_user
from tests.journeys.stored_pages import stored_at

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def story():
    """Return a published story of which the desk has a newer draft."""
    story = make_published_story(topics=(make_topic(),), slug="pier")
    story.headline = "Why the pier stays closed until the survey is read"
    story.save()
    revisions.record_revision(story, by=None)
    return story


@pytest.mark.journey
def test_it_leads_from_a_stored_page_to_the_form_and_is_gone_after_signing_out(open_page, story):
    reader = open_page("/")
    for _ in range(2):  # where a key had no version the first page is not kept
        reader.goto("/stories/pier/")
    kept = stored_at("/stories/pier/", at=clock.now())
    page = open_page(as_=make_user(role="Editor", username="ed"))
    page.route("**/stories/pier/", lambda route: route.fulfill(status=200, headers={**kept.headers}, body=kept.content))
    page.goto("/stories/pier/")
    bar = page.get_by_role("navigation", name="Desk")
    expect(bar.locator("p")).to_have_text(["Live", "a newer draft is at the desk"])
    expect(reader.locator(".desk-bar")).to_have_count(0)
    bar.get_by_role("link", name="Edit this story").click()
    expect(page.get_by_label("Headline").first).to_have_value(story.headline)

    page.goto("/accounts/logout/")
    page.get_by_role("button", name=re.compile("sign out", re.IGNORECASE)).click()
    page.goto("/stories/pier/")
    page.wait_for_load_state("networkidle")
    expect(bar).to_have_count(0)


def test_a_page_that_the_browser_kept_loses_it_after_signing_out(open_page, story):
    page = open_page("/stories/pier/", as_=make_user(role="Editor", username="ed"))
    expect(page.locator(".desk-bar")).to_be_visible()
    page.context.clear_cookies()
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".desk-bar")).to_have_count(0)


def test_somebody_who_is_not_signed_in_asks_for_nothing_more(open_page, story):
    page = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for address in ("/stories/pier/", "/", "/topics/", "/nowhere/"):
        page.goto(address)
        page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/admin/" in url or "bar.css" in url]
    assert page.context.cookies() == []


def test_a_mark_that_outlived_its_session_is_asked_about_once(open_page, story):
    page = open_page()
    page.goto("/healthz")
    page.context.add_cookies([{"name": "desk", "value": "1", "url": page.url}])
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for _ in range(2):
        page.goto("/stories/pier/")
        page.wait_for_load_state("networkidle")
    assert len([url for url in asked if "/admin/bar/" in url]) == 1
    assert page.locator(".desk-bar").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_hinders_nobody_moves_nothing_and_is_reached_by_keyboard(open_page, story, viewport, scheme):
    # The letters are there before: on a slow machine they come late, and move the words a little without any bar.
    page = open_page("/stories/pier/", viewport=viewport, color_scheme=scheme)
    page.wait_for_load_state("networkidle")
    page.add_init_script(SHIFTS)
    sign_in(page, make_user(role="Administrator", username="chief").username)
    page.goto("/stories/pier/")
    bar = page.locator(".desk-bar")
    expect(bar).to_be_visible()
    assert faults_of(page, viewport["width"]) == []
    assert page.evaluate("window.shifts") <= MOST_SHIFT
    assert bar.bounding_box()["height"] <= 48
    page.keyboard.press("Tab")
    expect(page.locator(".skip-link")).to_be_focused()
    for link in bar.get_by_role("link").all():
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
        expect(link).to_be_in_viewport()
    # The end of the page is not under it.
    page.evaluate("scrollTo({ top: document.body.scrollHeight, behavior: 'instant' })")
    foot = page.locator("footer, .site-footer").last.bounding_box()
    assert foot["y"] + foot["height"] <= bar.bounding_box()["y"] + 1


def test_it_is_never_printed(open_page, story):
    page = open_page("/stories/pier/", as_=make_user(role="Editor", username="ed"))
    expect(page.locator(".desk-bar")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator(".desk-bar")).to_be_hidden()


def test_it_follows_the_language_of_the_page(open_page):
    make_published_story(slug="pier-ar", language="ar")
    page = open_page("/stories/pier-ar/", as_=make_user(role="Editor", username="ed"), viewport=PHONE)
    expect(page.get_by_role("link", name="تعديل هذه القصة")).to_be_visible()
    expect(page.locator(".desk-bar")).to_have_attribute("dir", "rtl")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
