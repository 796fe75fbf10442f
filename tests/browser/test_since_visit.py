"""A reader comes back: the page says what is new, marks it, and tells nobody."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from stories.models import Section
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import make_article, make_published_story, make_topic, make_user, update

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
    """Return a story of one edition, with a topic that its text names."""
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    texts = {"behind": "The Kelmar barrier was shut.", "background": "The limit was nine tonnes from the first day on."}
    return make_published_story(topics=(topic,), texts=texts, standfirst="Lorries go round.")


def change(story):
    story.sections.filter(kind="background").update(text="The limit was *ten* tonnes from the first day on.")
    Section.objects.create(story=story, kind="next", heading="What happens next", text="A survey.", position=8)
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=update("The limit was ten."))


@pytest.mark.journey
def test_somebody_who_comes_back_is_led_through_what_is_new_until_they_say_no(open_page, story):
    address = f"/stories/{story.slug}/"
    page = open_page(address, viewport=PHONE)
    asked = []
    page.on("request", lambda request: asked.append((request.url, request.headers.get("cookie"))))
    change(story)
    page.goto(address)
    line = page.locator(".since-visit")
    expect(line).to_contain_text(re.compile(r"^\s*1 change since \d\d:\d\d\.\s"))
    assert page.evaluate(SHIFTS) <= 0.002
    assert page.locator("main mark").text_content() == "New: ten"
    assert [url for url, _ in asked if "changes" in url] == [f"{page.url}changes/?from=1"]
    assert {cookie for _, cookie in asked} == {None}

    line.get_by_role("button", name="Next change").click()
    expect(page.locator("#how-we-got-here .changed")).to_be_focused()
    line.get_by_role("button", name="Next change").click()
    expect(page.locator("#what-happens-next .changed")).to_be_focused()
    page.reload()
    expect(page.locator(".changed")).to_have_count(2)

    line.get_by_role("button", name="Do not mark").click()
    expect(page.locator(".changed, main mark")).to_have_count(0)
    expect(line.get_by_role("link", name="What changed")).to_be_visible()
    page.reload()
    expect(line.get_by_role("button", name="Mark changes")).to_be_visible()
    expect(page.locator(".changed")).to_have_count(0)
    line.get_by_role("button", name="Mark changes").click()
    expect(page.locator(".changed")).to_have_count(2)


@pytest.mark.parametrize("scripts", [True, False])
def test_where_nothing_can_be_kept_or_run_the_line_leads_to_the_history(open_page, story, scripts):
    change(story)
    page = open_page(java_script_enabled=scripts)
    page.context.add_init_script(DENIED)
    for _ in range(2):
        page.goto(f"/stories/{story.slug}/")
        expect(page.locator(".since-visit")).to_contain_text("1 change since it was published.")
        expect(page.locator(".since-visit button")).to_have_count(0)
    page.get_by_role("link", name="What changed").first.click()
    assert urlsplit(page.url).path == f"/stories/{story.slug}/history/"


def test_a_topic_is_explained_in_place_by_keyboard_and_without_scripts(open_page, story):
    page = open_page(f"/stories/{story.slug}/", java_script_enabled=False, viewport=PHONE)
    said = page.get_by_text("A row of nine gates.").last
    expect(said).to_be_hidden()
    page.get_by_role("button", name="About Kelmar barrier").press("Enter")
    expect(said).to_be_visible()
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


def test_somebody_who_missed_nothing_is_told_so_in_the_same_place(open_page, story):
    change(story)
    for viewport in (PHONE, DESKTOP):
        page = open_page(f"/stories/{story.slug}/", viewport=viewport)
        line = page.locator(".since-visit")
        expect(line).to_contain_text("1 change since it was published.")
        page.reload()
        expect(line).to_contain_text(re.compile(r"^\s*Nothing new since \d\d:\d\d\.\s"))
        expect(line.get_by_role("link", name="What changed")).to_be_visible()
        assert page.evaluate(SHIFTS) <= 0.002


@pytest.mark.parametrize(
    ("language", "ago", "said"),
    [("en", 0, "Nothing new since 21:26."), ("en", 1, "since Tuesday."), ("en", 40, "since 16 October."),
     ("en", 400, "since 21 October 2025."), ("ar", 40, "16 أكتوبر")],
)  # fmt: skip
def test_a_last_visit_is_dated_as_the_page_dates(open_page, story, language, ago, said):
    change(story)
    page = open_page(timezone_id="UTC")
    then = datetime(2026, 11, 25, 21, 26, tzinfo=UTC) - timedelta(days=ago)
    page.clock.install(time=then)
    page.goto(f"/stories/{story.slug}/")
    page.clock.set_fixed_time(then + timedelta(days=ago, minutes=1))
    page.route("**/stories/*/", lambda route: in_language(route, language))
    page.reload()
    expect(page.locator(".since-visit")).to_contain_text(said)


def in_language(route, language):
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('<html lang="en"', f'<html lang="{language}"'))


def test_a_copied_paragraph_holds_its_words_alone(open_page):
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    texts = {"behind": "The Kelmar barrier was shut.[@1] Nobody knows why."}
    story = make_published_story(topics=(topic,), articles=(make_article(),), texts=texts)
    page = open_page(f"/stories/{story.slug}/", permissions=["clipboard-read", "clipboard-write"])
    paragraph = page.locator("main p:has(.has-topic-popover):has(.cite)")
    paragraph.evaluate("(paragraph) => getSelection().selectAllChildren(paragraph)")
    page.keyboard.press("Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "The Kelmar barrier was shut. Nobody knows why."


def test_the_sign_of_an_explanation_never_stands_apart_from_the_name(open_page, story):
    page = open_page(f"/stories/{story.slug}/", viewport=PHONE)
    apart = page.evaluate(
        """() => {
          const name = document.querySelector(".has-topic-popover > :first-child");
          const sign = name.nextElementSibling;
          const paragraph = name.closest("p");
          return [...Array(200).keys()].filter((width) => {
            paragraph.style.inlineSize = `${100 + width}px`;
            const words = [...name.getClientRects()].at(-1);
            const place = sign.getBoundingClientRect();
            return place.right > words.right + 1 || place.bottom < words.top || place.top > words.bottom;
          });
        }"""
    )
    assert apart == []


def test_a_part_and_a_citation_can_be_copied(open_page, story):
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
