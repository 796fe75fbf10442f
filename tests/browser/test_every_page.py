"""Every kind of page in a real Chromium: narrow and wide, light and dark, left-to-right and right-to-left."""

import itertools

import pytest
from playwright.sync_api import Page

from tests.browser.faults import MAX_SHIFT, SHIFTS, find_faults
from tests.conftest import FULL_LENGTH
from tests.journeys.pages import every_page

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (320, 390, 768, 1440)
SCHEMES = ("light", "dark")
LEFT, RIGHT = False, True
# All pairs of values of width, scheme and direction occur; at full length, all combinations of the three.
PAIRS = (
    (320, "light", LEFT), (320, "dark", RIGHT), (390, "light", RIGHT), (390, "dark", LEFT),
    (768, "light", LEFT), (768, "dark", RIGHT), (1440, "light", RIGHT), (1440, "dark", LEFT),
)  # fmt: skip
COMBINATIONS = tuple(itertools.product(WIDTHS, SCHEMES, (LEFT, RIGHT))) if FULL_LENGTH else PAIRS
# Pages that exist only in the first language of the site.
ALWAYS_LTR = ("about", "sign_in")
# Statuses that the browser reports on its console.
EXPECTED_STATUSES = ("404", "410")
# A script that describes the focused element: its position, and whether it is visible, covered, and marked as focused.
FOCUSED = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const all = [...document.querySelectorAll("*")];
    const across = box.left + Math.min(box.width / 2, 12);
    const hit = document.elementFromPoint(across, box.top + Math.min(box.height / 2, 12));
    return {
        position: all.indexOf(element),
        html: element.outerHTML.slice(0, 90),
        isSeen: box.width > 0 && box.bottom > 0 && box.top < innerHeight,
        isCovered: hit !== null && hit !== element && !element.contains(hit) && !hit.contains(element),
        isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    };
}"""


@pytest.fixture
def addresses(four_languages):
    """Return a function that makes a newsroom and returns the address of each kind of page, keyed by name."""
    return lambda right_to_left: every_page(right_to_left=right_to_left)


def find_other_faults(page: Page, *, right_to_left: bool) -> list[str]:
    """Return faults of an open page: layout shifts above the limit, and a wrong text direction."""
    faults = []
    if (shift := page.evaluate("window.shifts")) > MAX_SHIFT:
        faults.append(f"it moves by {shift}")
    if page.evaluate("document.documentElement.dir") != ("rtl" if right_to_left else "ltr"):
        faults.append("it runs the other way")
    return faults


@pytest.mark.parametrize(("width", "scheme", "right_to_left"), COMBINATIONS)
def test_no_page_has_faults_shifts_or_requests_to_other_sites(
    open_page, live_server, addresses, width, scheme, right_to_left
):
    pages = addresses(right_to_left)
    page = open_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.add_init_script(SHIFTS)
    urls, messages = [], []
    page.on("request", lambda request: urls.append(request.url))
    # Ignore messages about the tests' own scripts, which have no URL: axe tries styles that the policy refuses.
    page.on("console", lambda message: messages.append(message.text) if message.location["url"] else None)
    faults = {}
    for name, path in pages.items():
        messages.clear()
        page.goto(path)
        errors = [text for text in messages if not any(status in text for status in EXPECTED_STATUSES)]
        is_rtl = right_to_left and name not in ALWAYS_LTR
        if found := [*errors, *find_faults(page, width), *find_other_faults(page, right_to_left=is_rtl)]:
            faults[name] = found
    assert faults == {}
    assert [url for url in urls if not url.startswith(live_server.url)] == []


@pytest.mark.parametrize(("width", "right_to_left"), [(390, LEFT), (1440, RIGHT)])
def test_the_tab_key_visits_a_page_in_order_with_visible_focus(open_page, addresses, width, right_to_left):
    pages = addresses(right_to_left)
    page = open_page(viewport={"width": width, "height": 700}, reduced_motion="reduce")
    faults = {}
    for name, path in pages.items():
        page.goto(path)
        position, found = -1, []
        while True:
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None or focused["position"] <= position:
                break
            position = focused["position"]
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
        if position == -1:
            found.append("nothing can be reached")
        if found:
            faults[name] = found
    assert faults == {}


def test_at_200_percent_text_size_nothing_is_cut_off(open_page, addresses):
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
                .filter((element) => element.checkVisibility() && !element.closest(".visually-hidden, .excerpt, svg"))
                .filter((element) => ["hidden", "clip"].includes(getComputedStyle(element).overflowY))
                .filter((element) => element.scrollHeight > element.clientHeight + 2 && element.textContent.trim())
                .map((element) => element.outerHTML.slice(0, 90))"""
        )
        if clipped:
            cut[name] = clipped
    assert cut == {}
