"""Every kind of page in a real Chromium: narrow and wide, light and dark, from left to right and from right to left."""

import itertools

import pytest
from playwright.sync_api import Page

from tests.browser.faults import MOST_SHIFT, SHIFTS, faults_of
from tests.conftest import FULL_LENGTH
from tests.journeys.pages import every_page

pytestmark = [pytest.mark.screens, pytest.mark.django_db(transaction=True)]

WIDTHS = (320, 390, 768, 1440)
SCHEMES = ("light", "dark")
LEFT, RIGHT = False, True
# Each two of width, scheme and direction meet once; the full length asks all three of each other.
PAIRS = (
    (320, "light", LEFT), (320, "dark", RIGHT), (390, "light", RIGHT), (390, "dark", LEFT),
    (768, "light", LEFT), (768, "dark", RIGHT), (1440, "light", RIGHT), (1440, "dark", LEFT),
)  # fmt: skip
COMBINATIONS = tuple(itertools.product(WIDTHS, SCHEMES, (LEFT, RIGHT))) if FULL_LENGTH else PAIRS
# What the site says in its first language alone.
FROM_LEFT = ("about", "sign_in")
# Statuses that the browser writes to its console by itself.
REFUSED = ("404", "410")
# What is under the keyboard: its place in the page, whether it can be seen, and how it shows that it is under it.
FOCUSED = """() => {
    const thing = document.activeElement;
    if (!thing || thing === document.body) return null;
    const box = thing.getBoundingClientRect();
    const style = getComputedStyle(thing);
    const all = [...document.querySelectorAll("*")];
    const across = box.left + Math.min(box.width / 2, 12);
    const hit = document.elementFromPoint(across, box.top + Math.min(box.height / 2, 12));
    return {
        place: all.indexOf(thing),
        html: thing.outerHTML.slice(0, 90),
        isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        isCovered: hit !== null && hit !== thing && !thing.contains(hit) && !hit.contains(thing),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""


@pytest.fixture
def addresses(four_languages):
    """Return a function that makes a newsroom and says where each kind of page of it is."""
    return lambda right_to_left: every_page(right_to_left=right_to_left)


def others_of(page: Page, *, right_to_left: bool) -> list[str]:
    """Return what else is wrong with an open page of readers: what moved, and the wrong direction."""
    found = []
    if (shift := page.evaluate("window.shifts")) > MOST_SHIFT:
        found.append(f"it moves by {shift}")
    if page.evaluate("document.documentElement.dir") != ("rtl" if right_to_left else "ltr"):
        found.append("it runs the other way")
    return found


@pytest.mark.parametrize(("width", "scheme", "right_to_left"), COMBINATIONS)
def test_no_page_hinders_anybody_moves_or_asks_anything_of_others(
    open_page, live_server, addresses, width, scheme, right_to_left
):
    pages = addresses(right_to_left)
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.add_init_script(SHIFTS)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    # What the tests themselves run in a page has no address: axe tries styles that the policy refuses.
    page.on("console", lambda message: said.append(message.text) if message.location["url"] else None)
    faults = {}
    for name, path in pages.items():
        said.clear()
        page.goto(path)
        heard = [text for text in said if not any(status in text for status in REFUSED)]
        is_right = right_to_left and name not in FROM_LEFT
        if found := [*heard, *faults_of(page, width), *others_of(page, right_to_left=is_right)]:
            faults[name] = found
    assert faults == {}
    assert [url for url in asked if not url.startswith(live_server.url)] == []


@pytest.mark.parametrize(("width", "right_to_left"), [(390, LEFT), (1440, RIGHT)])
def test_the_keyboard_goes_through_a_page_in_its_order_and_is_always_seen(open_page, addresses, width, right_to_left):
    pages = addresses(right_to_left)
    page = open_page(viewport={"width": width, "height": 700}, reduced_motion="reduce")
    faults = {}
    for name, path in pages.items():
        page.goto(path)
        place, found = -1, []
        while True:
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None or focused["place"] <= place:
                break
            place = focused["place"]
            wrong = [
                words
                for words, holds in (
                    ("is out of sight", not focused["isSeen"]),
                    ("lies under something", focused["isCovered"]),
                    ("does not show it", not focused["isMarked"]),
                )
                if holds
            ]
            if wrong:
                found.append(f"{focused['html']} {' and '.join(wrong)}")
        if place == -1:
            found.append("nothing can be reached")
        if found:
            faults[name] = found
    assert faults == {}


def test_at_twice_the_size_of_letters_nothing_is_cut(open_page, addresses):
    pages = addresses(LEFT)
    page = open_page(viewport={"width": 640, "height": 900})
    cut = {}
    for name, path in pages.items():
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        if page.evaluate("document.documentElement.scrollWidth") > 640:
            cut[name] = "it scrolls sideways"
        clipped = page.evaluate(
            """() => [...document.querySelectorAll("main *, header *, footer *")]
                .filter((thing) => thing.checkVisibility() && !thing.closest(".visually-hidden, .excerpt, svg"))
                .filter((thing) => ["hidden", "clip"].includes(getComputedStyle(thing).overflowY))
                .filter((thing) => thing.scrollHeight > thing.clientHeight + 2 && thing.textContent.trim())
                .map((thing) => thing.outerHTML.slice(0, 90))"""
        )
        if clipped:
            cut[name] = clipped
    assert cut == {}
