"""Returning readers: the page counts and marks what is new, and its requests contain no cookie."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from stories.models import Change, ChangeNote, Section
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.faults import MAX_SHIFT, find_faults
from tests.browser.faults import SHIFTS as ALL_SHIFTS
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


def publish_minor_change_and_correction(story):
    story.sections.filter(kind="next").update(text="A survey,  as was said.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=ChangeNote(Change.MINOR))
    story.sections.filter(kind="behind").update(text="The Kelmar barrier was open.")
    revisions.record_revision(story, by=None)
    publishing.correct(story, by=make_user(), was_wrong="It was shut.", is_right="It was open.")


@pytest.mark.journey
def test_a_returning_reader_sees_the_changes_and_their_places_and_turns_marks_off(open_page, story):
    address = f"/stories/{story.slug}/"
    publish_change(story)
    page = open_page(address, viewport=PHONE)
    requests = []
    page.on("request", lambda request: requests.append((request.url, request.headers.get("cookie"))))
    story.sections.filter(kind="background").update(text="The limit was eleven tonnes from the first day on.")
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update("The limit was eleven."))
    publish_minor_change_and_correction(story)
    page.goto(address)
    slip = page.get_by_role("region", name="Recent changes")
    summary = slip.locator("summary")
    expect(summary).to_contain_text(re.compile(r"^2 changes since your visit at \d\d:\d\d"))
    expect(summary).to_contain_text("1 correction")
    assert page.evaluate(SHIFTS) <= 0.002
    assert [url for url, _ in requests if "changes" in url and ".js" not in url] == [f"{page.url}changes/?from=2"]
    assert {cookie for _, cookie in requests} == {None}

    summary.click()
    assert find_faults(page, PHONE["width"]) == []
    correction, update = slip.get_by_role("listitem").all()
    expect(correction.locator("del")).to_have_text("Wrong: shut")
    expect(update).to_contain_text("The limit was eleven.")
    for change in (correction, update):
        link = change.get_by_role("link")
        expect(page.locator(link.get_attribute("href"))).to_be_visible()
    slip.get_by_role("button", name="Next change").click()
    expect(page.locator(".changed:focus")).to_be_in_viewport()
    page.reload()
    slip.locator("summary").click()
    slip.get_by_role("button", name="Hide marks").click()
    expect(page.locator("main .changed, main mark")).to_have_count(0)
    page.reload()
    expect(slip.locator("summary")).to_contain_text("2 changes since your visit")
    expect(page.locator(".changed")).to_have_count(0)
    slip.locator("summary").click()
    slip.get_by_role("button", name="Show marks").click()
    expect(page.locator(".changed")).to_have_count(2)


def test_a_new_section_is_highlighted_and_the_front_page_marks_an_updated_story(open_page, story):
    address = f"/stories/{story.slug}/"
    page = open_page("/")
    expect(page.get_by_text("Updated since your visit")).to_have_count(0)
    page.goto(address)
    publish_change(story)
    page.goto("/")
    expect(page.locator(".first-story").get_by_text("Updated since your visit")).to_be_visible()
    page.goto(address)
    expect(page.locator("#what-happens-next h2 mark")).to_have_text("New: What happens next")
    expect(page.locator("#how-we-got-here mark")).to_have_text("New: ten")
    page.goto("/")
    expect(page.get_by_text("Updated since your visit")).to_have_count(0)


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_the_marks_of_the_front_page_move_nothing_and_survive_a_broken_value(open_page, width):
    for number in range(3):
        make_published_story(headline=f"Why pier number {number} of Lisle closed", topics=(make_topic(),))
    page = open_page("/", viewport={"width": width, "height": 844})
    height = page.evaluate("document.documentElement.scrollHeight")
    page.evaluate("""localStorage.setItem("read-broken", "{");
        document.querySelectorAll("[data-updated] a").forEach(({ pathname }, index) =>
            localStorage.setItem(`read-${index}`, JSON.stringify({ path: pathname, updated: 1 })));""")
    page.add_init_script(ALL_SHIFTS)
    page.reload()
    expect(page.get_by_text("Updated since your visit")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.evaluate("window.shifts") <= MAX_SHIFT
    assert find_faults(page, width) == []


@pytest.mark.parametrize("scripts", [True, False])
def test_without_storage_or_javascript_the_line_links_to_the_history(open_page, story, scripts):
    publish_change(story)
    page = open_page(java_script_enabled=scripts)
    page.context.add_init_script(DENIED)
    for _ in range(2):
        page.goto(f"/stories/{story.slug}/")
        expect(page.locator(".since-visit details")).to_have_count(0)
        expect(page.get_by_role("link", name="1 change since publication")).to_be_visible()
    page.get_by_role("link", name="1 change since publication").click()
    assert urlsplit(page.url).path == f"/stories/{story.slug}/history/"


def test_a_reader_who_missed_nothing_is_told_so_in_the_same_place(open_page, story):
    publish_change(story)
    for viewport in (PHONE, DESKTOP):
        page = open_page(f"/stories/{story.slug}/", viewport=viewport)
        slip = page.locator(".since-visit")
        expect(slip).to_contain_text("1 change since publication")
        page.reload()
        expect(slip.get_by_role("link")).to_have_text(re.compile(r"^Nothing new since your visit at \d\d:\d\d\.$"))
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
    expect(page.get_by_role("status").filter(has_text="Link copied")).to_have_count(1)
    assert page.evaluate("navigator.clipboard.readText()") == f"{page.url}"
    assert page.url.endswith("#how-we-got-here")
    page.get_by_text("Cite this page").click()
    expect(page.get_by_role("button", name="Copy").first).to_have_accessible_description("APA")
    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert story.headline in page.evaluate("navigator.clipboard.readText()")
