"""A page that comes in pieces, as on a slow line or on a busy phone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.faults import MOST_SHIFT, SHIFTS
from tests.factories import make_published_story, make_user

pytestmark = pytest.mark.django_db(transaction=True)

# Writes the page anew piece by piece, and shows what there is after each of them.
WRITES = """async (pieces) => {
    const shown = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    document.open();
    for (const piece of pieces) {
      document.write(piece);
      await shown();
    }
    document.close();
    await shown();
}"""


def arrives(page: Page, mark: str, ending: str) -> None:
    """Let the page that is open arrive anew: what stands before the mark in pieces with that ending, then the rest."""
    head, body = page.evaluate("document.documentElement.outerHTML").split("<body>")
    slow, mark, rest = body.partition(mark)
    pieces = re.split(f"(?<={ending})", slow)
    assert len(pieces) > 4
    page.evaluate(WRITES, [f"<!doctype html>{head}<body>", *pieces, f"{mark}{rest}"])


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_above_a_page_moves_while_the_rest_of_it_arrives(open_page, four_languages, language, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/topics/" if language == "en" else f"/{language}/topics/")
    arrives(page, "</header>", "</li>")
    expect(page.get_by_role("banner").get_by_role("link").first).to_be_visible()
    assert page.evaluate("window.shifts") <= MOST_SHIFT


def test_what_stands_below_the_column_on_a_phone_waits_until_the_column_is_there(open_page):
    page = open_page(viewport={"width": 390, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/reports/")
    arrives(page, "</main>", "</div>")
    expect(page.locator(".facts")).to_be_visible()
    assert page.evaluate("window.shifts") <= MOST_SHIFT


def test_it_does_not_wait_for_the_end_of_a_long_page(open_page):
    page = open_page(viewport={"width": 390, "height": 900})
    page.goto(f"/stories/{make_published_story(by=make_user()).slug}/")
    head = page.evaluate("document.documentElement.outerHTML").split("</article>")[0]
    page.evaluate(WRITES.replace("document.close();", ""), [head])
    assert page.locator("main ~ *").count() == 0
    expect(page.locator(".facts")).to_be_visible()
