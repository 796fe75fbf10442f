"""A page that comes in pieces, as on a slow line or on a busy phone."""

import re

import pytest

from tests.browser.faults import MOST_SHIFT, SHIFTS

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


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("width", [390, 1440])
def test_nothing_above_a_page_moves_while_the_rest_of_it_arrives(open_page, four_languages, language, width):
    page = open_page(viewport={"width": width, "height": 900})
    page.add_init_script(SHIFTS)
    page.goto("/topics/" if language == "en" else f"/{language}/topics/")
    head, body = page.evaluate("document.documentElement.outerHTML").split("<body>")
    masthead, rest = body.split("</header>", 1)
    page.evaluate(WRITES, [f"<!doctype html>{head}<body>", *re.split("(?<=</li>)", masthead), f"</header>{rest}"])
    assert page.get_by_role("banner").get_by_role("link").first.is_visible()
    assert page.evaluate("window.shifts") <= MOST_SHIFT
