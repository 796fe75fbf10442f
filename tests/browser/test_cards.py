"""Numbers of sources and names of topics open a card in place."""

import re

import pytest
from playwright.sync_api import expect

from stories import publishing
from stories.drafts import revisions
from stories.models import Article
from tests.browser.conftest import PHONE
from tests.browser.faults import find_faults
from tests.factories import make_article, make_outlet, make_published_story, make_topic, make_update, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Returns the marks that are covered in their middle, or that have a target of less than 24 pixels along the line.
UNREACHABLE_MARKS = """() => [...document.querySelectorAll("main .prose :is(.cite, .topic)")].filter((mark) => {
  mark.scrollIntoView({ block: "center", behavior: "instant" });
  const [{ x, y, width, height }] = mark.getClientRects();
  const isHit = (left) => mark.contains(document.elementFromPoint(left, y + height / 2));
  let size = 1;
  for (const step of [-1, 1]) {
    for (let left = x + width / 2 + step; isHit(left); left += step) { size += 1; }
  }
  return !isHit(x + width / 2) || (size < 24 && mark.matches("sup > *"));
}).map((mark) => mark.outerHTML)"""

# Returns whether an open card meets the line of a mark.
MEETS_LINE = """(mark) => {
  const card = document.querySelector(":popover-open").getBoundingClientRect();
  const lines = [...mark.getClientRects()];
  return card.top < Math.max(...lines.map(({ bottom }) => bottom)) && card.bottom > Math.min(...lines.map(({ top }) => top));
}"""


@pytest.fixture
def story():
    """Return a story whose first passage draws on two articles, cited beside each other and beside a topic."""
    courier = make_outlet(name="Lisle Courier", country="Vessara", owner="The Marwick family")
    wire = make_outlet(name="Ansgar Wire", owner="")
    articles = (
        make_article(outlet=courier, title="Seven down, two up", author="Ruth Marwick"),
        make_article(outlet=wire, title="The sea came"),
        make_article(outlet=wire, title="The judge"),
    )
    topic = make_topic(name="Kelmar barrier", description="A row of nine gates.")
    texts = {
        "happened": "The Kelmar barrier[@1][@2] failed.[@1] [@2] [@3] It was old.[@3]",
        "behind": " ".join(["The Kelmar barrier was never shut.[@1][@3]"] * 20),
    }
    return make_published_story(outlets=(courier, wire), articles=articles, topics=(topic,), texts=texts)


@pytest.mark.journey
def test_a_source_opens_beside_its_number_with_the_keyboard_and_the_page_stays_where_it_is(open_page, story):
    page = open_page(f"/stories/{story.slug}/")
    first = page.get_by_role("link", name="Source 1").first
    first.evaluate("(mark) => mark.scrollIntoView({ block: 'center', behavior: 'instant' })")
    first.focus()
    position = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    card = page.get_by_role("dialog", name="Seven down, two up")
    expect(card).to_be_focused()
    expect(card).to_contain_text("Lisle Courier, newspaper, Vessara")
    expect(card).to_contain_text("Owner: The Marwick family")
    expect(card).to_contain_text("Ruth Marwick")
    expect(card.get_by_role("link", name="All sources")).to_be_visible()
    expect(card.get_by_role("link", name="All stories on this topic")).to_be_hidden()
    mark, box = first.bounding_box(), card.bounding_box()
    assert mark["y"] + mark["height"] <= box["y"] or box["y"] + box["height"] <= mark["y"]
    page.keyboard.press("Escape")
    expect(first).to_be_focused()
    assert page.evaluate("scrollY") == position
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Source 2").first).to_be_focused()


def test_every_mark_can_be_tapped_in_its_middle_and_has_a_target_of_24_pixels(open_page, story):
    page = open_page(f"/stories/{story.slug}/", viewport=PHONE)
    assert page.evaluate(UNREACHABLE_MARKS) == []


def test_a_card_quotes_forty_words_of_the_passage_that_draws_on_its_source(open_page, story):
    passage = story.passages.first()
    passage.text = f"{' '.join(f'word{number}' for number in range(41))}.[@1]"
    passage.save()
    passage.articles.add(Article.objects.get(title="Seven down, two up"))
    revisions.record_revision(story, by=None)
    publishing.publish(story, by=make_user(), change=make_update())
    page = open_page(f"/stories/{story.slug}/", viewport=PHONE)
    page.get_by_role("link", name="Source 1").first.click()
    card = page.get_by_role("dialog", name="Seven down, two up")
    expect(card.locator(".words")).to_have_text(re.compile(r"^word0 word1 .* word39…$"))
    card.get_by_role("link", name="Read the passage").click()
    expect(page.locator("#passage-1")).to_be_in_viewport()
    page.get_by_role("link", name="Source 3").first.click()
    card = page.get_by_role("dialog", name="The judge")
    expect(card.get_by_role("link", name="All sources")).to_be_visible()
    for part in ("What it reported", "Read the passage", "Owner"):
        expect(card.get_by_text(part)).to_be_hidden()


def test_a_card_is_a_sheet_at_the_foot_on_a_phone_and_beside_its_mark_on_a_wide_screen(open_page, story):
    page = open_page(f"/stories/{story.slug}/", viewport=PHONE)
    mark, card = page.get_by_role("link", name="Source 1").first, page.get_by_role("dialog", name="Seven down, two up")
    mark.press("Enter")
    box = card.bounding_box()
    assert (box["x"], box["width"], box["y"] + box["height"]) == (0, PHONE["width"], PHONE["height"])
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 1280, "height": 800})
    mark.press("Enter")
    box, at = card.bounding_box(), mark.bounding_box()
    assert box["width"] < 400
    assert box["x"] < at["x"] + at["width"] <= box["x"] + box["width"] + 1
    assert min(abs(box["y"] - at["y"] - at["height"]), abs(at["y"] - box["y"] - box["height"])) < 24


def test_a_click_with_a_key_or_the_middle_button_follows_the_link(open_page, story):
    page = open_page(f"/stories/{story.slug}/")
    mark = page.get_by_role("link", name="Source 1").first
    expect(mark).to_have_attribute("aria-haspopup", "dialog")
    for options in ({"modifiers": ["Control"]}, {"button": "middle"}):
        with page.context.expect_page() as opened:
            mark.click(**options)
        assert opened.value.url.endswith(f"/stories/{story.slug}/#source-1")
        expect(page.locator(":popover-open")).to_have_count(0)


@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 800}])
@pytest.mark.parametrize("part", [0.1, 0.5, 0.95])
def test_no_card_meets_the_line_that_it_explains(open_page, story, viewport, part):
    page = open_page(f"/stories/{story.slug}/", viewport=viewport)
    marks = page.locator("main .prose :is(.cite, .topic)").locator("visible=true")
    for index in (0, 1, 3, marks.count() - 1):
        mark = marks.nth(index)
        mark.evaluate("(mark, part) => scrollBy(0, mark.getBoundingClientRect().top - innerHeight * part)", part)
        mark.evaluate("(mark) => mark.click()")
        expect(page.locator(":popover-open")).to_have_count(1)
        assert not mark.evaluate(MEETS_LINE), mark.inner_text()
        page.keyboard.press("Escape")


def test_a_topic_opens_a_card_with_the_link_to_its_page(open_page, story):
    page = open_page(f"/stories/{story.slug}/", viewport=PHONE)
    page.get_by_role("link", name="Kelmar barrier").locator("visible=true").and_(page.locator(".topic")).click()
    card = page.get_by_role("dialog", name="Kelmar barrier")
    expect(card).to_contain_text("A row of nine gates.")
    expect(card.get_by_text("What it reported")).to_be_hidden()
    assert find_faults(page, PHONE["width"]) == []
    card.get_by_role("button", name="Close").click()
    expect(card).to_be_hidden()
    page.locator(".topic").press("Enter")
    card.get_by_role("link", name="All stories on this topic").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kelmar barrier")
