"""Reading in a real Chromium: every kind of page, narrow and wide, light and dark, from left and from right."""

import itertools

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from stories import publishing, revisions
from tests.factories import make_outlet, make_published_story, make_topic, make_user
from tests.journeys.world import make_world

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (320, 390, 768, 1440)
SCHEMES = ("light", "dark")
# Every width and every scheme once; the full length asks each width in each scheme.
SHORT = ((320, "dark"), (390, "light"), (768, "light"), (1440, "dark"))
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What machines read.
MACHINES = {"story_feed", "correction_feed", "robots", "healthz", "readyz"}
ASSETS = {"search_of_nothing": "/search/?q=nothing-at-all", "missing": "/nowhere/", "sign_in": "/accounts/login/"}


@pytest.fixture
def addresses():
    """Return every kind of page that a reader can meet, by name."""
    world = make_world()
    arabic = make_published_story(
        language="ar",
        slug="ميناء-تلمار",
        headline="لماذا أغلق ميناء تلمار ثلاثة أسابيع",
        outlets=(make_outlet(name="بريد تلمار"), make_outlet()),
        topics=(make_topic(name="ميناء تلمار"),),
    )
    arabic.sections.filter(kind="background").update(text="كان الحد تسعة أطنان منذ اليوم الأول.")
    revisions.record(arabic, by=None)
    publishing.correct(arabic, by=make_user(), was_wrong="كان الحد عشرة أطنان.", is_right="كان الحد تسعة أطنان.")
    pages = {name: path for name, path in world.public.items() if name not in MACHINES}
    return {
        **pages,
        **ASSETS,
        "withdrawn": f"/stories/{world.withdrawn.slug}/",
        "right_to_left": f"/stories/{arabic.slug}/",
        "right_to_left_history": f"/stories/{arabic.slug}/history/",
        "right_to_left_edition": f"/stories/{arabic.slug}/history/2/",
    }


def faults_of(page: Page, width: int) -> list[str]:
    """Return what is wrong with an open page: rules of axe, and words that stick out."""
    found = [
        f"{rule['id']}: {rule['nodes'][0]['html']}"
        for rule in Axe().run(page, options={"runOnly": RULES}).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        found.append("it scrolls sideways")
    return found


def test_no_page_hinders_anybody_or_scrolls_sideways(open_page, addresses, full_length):
    combinations = itertools.product(WIDTHS, SCHEMES) if full_length else SHORT
    faults = {}
    for width, scheme in combinations:
        page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for name, path in addresses.items():
            page.goto(path)
            if found := faults_of(page, width):
                faults[name, width, scheme] = found
    assert faults == {}


def test_at_twice_the_size_of_letters_nothing_is_cut(open_page, addresses):
    page = open_page(viewport={"width": 640, "height": 900})
    cut = {}
    for name, path in addresses.items():
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth") > 640:
            cut[name] = "it scrolls sideways"
    assert cut == {}


def test_pages_ask_nothing_of_anybody_else_and_say_nothing_to_the_console(open_page, live_server, addresses):
    page = open_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    for name in addresses.keys() - {"missing", "withdrawn"}:
        page.goto(addresses[name])
    assert [url for url in asked if not url.startswith(live_server.url)] == []
    assert said == []


def test_without_scripts_everything_can_be_reached(open_page, addresses):
    page = open_page(addresses["story"], java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.get_by_text("Menu", exact=True).click()
    expect(page.get_by_role("link", name="Topics", exact=True)).to_be_visible()
    page.get_by_text("On this page", exact=True).click()
    expect(page.get_by_role("navigation", name="On this page").get_by_role("link", name="Sources")).to_be_visible()
    page.goto("/search/")
    page.get_by_role("searchbox").fill("pier")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_text("Found for “pier”")).to_be_visible()


def test_on_a_wide_screen_places_and_contents_stand_open(open_page, addresses):
    page = open_page(addresses["story"])
    expect(page.get_by_role("navigation", name="Places").get_by_role("link", name="Questions")).to_be_visible()
    expect(page.get_by_role("navigation", name="On this page").get_by_role("link", name="Sources")).to_be_visible()


def test_the_contents_mark_what_is_being_read(open_page, addresses):
    page = open_page(addresses["story"])
    contents = page.get_by_role("navigation", name="On this page")
    # A tall part: below a short one the next begins in the same third of the window.
    contents.get_by_role("link", name="What the papers say").click()
    expect(contents.locator("[aria-current]")).to_have_text("What the papers say")


def test_the_first_press_of_tab_leads_past_the_masthead(open_page, addresses):
    page = open_page(addresses["story"])
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the text")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")


def test_a_citation_leads_to_its_source_and_back(open_page, addresses):
    page = open_page(addresses["story"])
    page.get_by_role("link", name="Source 1").last.scroll_into_view_if_needed()
    cited = page.locator("a.cite").first
    cited.click()
    assert page.url.endswith("#source-1")
    page.get_by_role("link", name="Back to where source 1 is cited").click()
    assert page.url.endswith(f"#{cited.get_attribute('id')}")


def test_what_can_be_pressed_is_large_enough_for_a_thumb(open_page, addresses):
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    small = {}
    for name, path in addresses.items():
        page.goto(path)
        sizes = page.evaluate(
            """() => [...document.querySelectorAll('button, summary, .masthead a, .foot a, .action, .path a, .back')]
                .filter((thing) => thing.checkVisibility({ visibilityProperty: true }) && thing.getClientRects().length)
                .filter((thing) => thing.getBoundingClientRect().height < 43.5)
                .map((thing) => thing.outerHTML.slice(0, 80))"""
        )
        if sizes:
            small[name] = sizes
    assert small == {}


def test_on_paper_nothing_to_press_is_printed_and_sources_show_their_addresses(open_page, addresses):
    page = open_page(addresses["story"])
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Places")).to_be_hidden()
    expect(page.get_by_role("navigation", name="On this page")).to_be_hidden()
    shown = page.evaluate("getComputedStyle(document.querySelector('.sources .title'), '::after').content")
    assert "https://paper.example/" in shown


def test_where_the_font_does_not_arrive_nothing_sticks_out_either(open_page, addresses):
    page = open_page(viewport={"width": 320, "height": 900})
    page.route("**/*.woff2", lambda route: route.abort())
    wide = []
    for name, path in addresses.items():
        page.goto(path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(name)
    assert wide == []
