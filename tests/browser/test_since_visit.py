"""Returning readers: the page counts and marks what is new, and its requests contain no cookie."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from stories.models import Section
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_article, make_published_story, make_topic, make_update, make_user

pytestmark = pytest.mark.django_db(transaction=True)

SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) { sum += entry.value; } })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""
DENIED = (
    """Object.defineProperty(window, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });"""
)


@pytest.fixture
def story():
    """Return a story with one edition and a text that mentions its topic."""
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    texts = {"behind": "The Kelmar barrier was shut.", "background": "The limit was nine tonnes from the first day on."}
    return make_published_story(topics=(topic,), texts=texts, standfirst="Lorries go round.")


def publish_change(story):
    story.sections.filter(kind="background").update(text="The limit was *ten* tonnes from the first day on.")
    Section.objects.create(story=story, kind="next", heading="What happens next", text="A survey.", position=8)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("The limit was ten."))


@pytest.mark.journey
def test_a_returning_reader_steps_through_marked_changes_and_turns_marks_off(open_page, story):
    address = f"/stories/{story.slug}/"
    page = open_page(address, viewport=PHONE)
    requests = []
    page.on("request", lambda request: requests.append((request.url, request.headers.get("cookie"))))
    publish_change(story)
    page.goto(address)
    line = page.locator(".since-visit")
    expect(line).to_contain_text(re.compile(r"^\s*1 change since your visit at \d\d:\d\d\s"))
    assert page.evaluate(SHIFTS) <= 0.002
    assert page.locator("main mark").text_content() == "New: ten"
    assert [url for url, _ in requests if "changes" in url] == [f"{page.url}changes/?from=1"]
    assert {cookie for _, cookie in requests} == {None}

    line.get_by_role("button", name="Next change").click()
    expect(page.locator("#how-we-got-here .changed")).to_be_focused()
    line.get_by_role("button", name="Next change").click()
    expect(page.locator("#what-happens-next .changed")).to_be_focused()
    page.reload()
    expect(page.locator(".changed")).to_have_count(2)

    line.get_by_role("button", name="Hide marks").click()
    expect(page.locator(".changed, main mark")).to_have_count(0)
    expect(line.get_by_role("link", name="What changed")).to_be_visible()
    page.reload()
    expect(line.get_by_role("button", name="Show marks")).to_be_visible()
    expect(page.locator(".changed")).to_have_count(0)
    line.get_by_role("button", name="Show marks").click()
    expect(page.locator(".changed")).to_have_count(2)


@pytest.mark.parametrize("scripts", [True, False])
def test_without_storage_or_javascript_the_line_links_to_the_history(open_page, story, scripts):
    publish_change(story)
    page = open_page(java_script_enabled=scripts)
    page.context.add_init_script(DENIED)
    for _ in range(2):
        page.goto(f"/stories/{story.slug}/")
        expect(page.locator(".since-visit")).to_contain_text("1 change since publication")
        expect(page.locator(".since-visit button")).to_have_count(0)
    page.get_by_role("link", name="What changed").first.click()
    assert urlsplit(page.url).path == f"/stories/{story.slug}/history/"


def test_a_reader_who_missed_nothing_is_told_so_in_the_same_place(open_page, story):
    publish_change(story)
    for viewport in (PHONE, DESKTOP):
        page = open_page(f"/stories/{story.slug}/", viewport=viewport)
        line = page.locator(".since-visit")
        expect(line).to_contain_text("1 change since publication")
        page.reload()
        expect(line).to_contain_text(re.compile(r"^\s*Nothing new since your visit at \d\d:\d\d\.\s"))
        expect(line.get_by_role("link", name="What changed")).to_be_visible()
        assert page.evaluate(SHIFTS) <= 0.002


@pytest.mark.parametrize(
    ("language", "days_ago", "expected"),
    [("en", 0, "Nothing new since your visit at 21:26."), ("en", 1, "since your visit on Tuesday."),
     ("en", 40, "since your visit on 16 October."), ("en", 400, "since your visit on 21 October 2025."),
     ("ar", 40, "16 أكتوبر")],
)  # fmt: skip
def test_the_date_of_the_last_visit_has_the_format_of_the_page(open_page, story, language, days_ago, expected):
    publish_change(story)
    page = open_page(timezone_id="UTC")
    visited_at = datetime(2026, 11, 25, 21, 26, tzinfo=UTC) - timedelta(days=days_ago)
    page.clock.install(time=visited_at)
    page.goto(f"/stories/{story.slug}/")
    page.clock.set_fixed_time(visited_at + timedelta(days=days_ago, minutes=1))
    page.route("**/stories/*/", lambda route: set_page_language(route, language))
    page.reload()
    expect(page.locator(".since-visit")).to_contain_text(expected)


def set_page_language(route, language):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('<html lang="en"', f'<html lang="{language}"'))


def test_a_copied_paragraph_contains_only_its_words(open_page):
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    texts = {"behind": "The Kelmar barrier was shut.[@1] Nobody knows why."}
    story = make_published_story(topics=(topic,), articles=(make_article(),), texts=texts)
    page = open_page(f"/stories/{story.slug}/", permissions=["clipboard-read", "clipboard-write"])
    paragraph = page.locator("main p:has(.topic):has(.cite)")
    paragraph.evaluate("(paragraph) => getSelection().selectAllChildren(paragraph)")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "The Kelmar barrier was shut. Nobody knows why."


def test_links_to_sections_and_citations_can_be_copied(open_page, story):
    page = open_page(f"/stories/{story.slug}/", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Link How we got here").click()
    expect(page.get_by_role("status")).to_have_text("Link copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{page.url}"
    assert page.url.endswith("#how-we-got-here")
    page.get_by_text("Cite this page").click()
    expect(page.get_by_role("button", name="Copy").first).to_have_accessible_description("APA")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert story.headline in page.evaluate("navigator.clipboard.readText()")
